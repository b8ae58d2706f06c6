using System.Globalization;
using System.Text;
using Fabric.Wire;

namespace Fabric.Flow.Text;

/// <summary>Prints datapath actions (OVS: <c>format_odp_action</c>).</summary>
internal static class ActionPrinter
{
    public static string Print(DatapathAction action, IPortNames? names)
    {
        var text = new StringBuilder();
        Append(text, action, names);
        return text.ToString();
    }

    public static string Print(DatapathActions actions, IPortNames? names)
    {
        var text = new StringBuilder();
        Append(text, actions, names);
        return text.ToString();
    }

    private static void Append(StringBuilder text, DatapathActions actions, IPortNames? names)
    {
        if (actions.Count == 0)
        {
            text.Append("drop");
            return;
        }

        for (var i = 0; i < actions.Count; i++)
        {
            if (i > 0) text.Append(',');
            Append(text, actions[i], names);
        }
    }

    public static void AppendPort(StringBuilder text, OdpPort port, IPortNames? names)
    {
        if (names is not null && names.TryGetName(port, out var name)) text.Append(name);
        else text.AppendDecimal(port.Value);
    }

    private static void Append(StringBuilder text, DatapathAction action, IPortNames? names)
    {
        switch (action)
        {
            case OutputAction output: AppendPort(text, output.Port, names); break;
            case UserspaceAction userspace: UserspaceText.Append(text, userspace, names); break;
            case SetAction set: AppendSet(text, set); break;
            case SetTunnelAction set: AppendSetTunnel(text, set); break;
            case PushVlanAction push:
                text.Append("push_vlan(");
                if (push.Tpid != EtherType.Vlan) text.Append(CultureInfo.InvariantCulture, $"tpid=0x{push.Tpid:x4},");
                GroupPrinter.PrintVlan(text, push.Tci, ushort.MaxValue, verbose: false);
                text.Append(')');
                break;
            case PopVlanAction: text.Append("pop_vlan"); break;
            case PushMplsAction push:
                text.Append("push_mpls(");
                GroupPrinter.PrintLabel(text, push.LabelStackEntry);
                text.Append(CultureInfo.InvariantCulture, $",eth_type=0x{push.EthType:x})");
                break;
            case PopMplsAction pop: text.Append(CultureInfo.InvariantCulture, $"pop_mpls(eth_type=0x{pop.EthType:x})"); break;
            case RecircAction recirc: text.Append("recirc(").AppendHex(recirc.Id).Append(')'); break;
            case HashAction { Algorithm: 0 } hash: text.Append(CultureInfo.InvariantCulture, $"hash(l4({hash.Basis}))"); break;
            case HashAction { Algorithm: 1 } hash: text.Append(CultureInfo.InvariantCulture, $"hash(sym_l4({hash.Basis}))"); break;
            case HashAction hash: text.Append(CultureInfo.InvariantCulture, $"hash(Unknown hash algorithm({hash.Algorithm}))"); break;
            case TruncAction trunc: text.Append(CultureInfo.InvariantCulture, $"trunc({trunc.MaxLength})"); break;
            case MeterAction meter: text.Append(CultureInfo.InvariantCulture, $"meter({meter.Id})"); break;
            case DropAction: text.Append("drop"); break;
            case CtAction ct: CtText.Append(text, ct.Parameters); break;
            case CtClearAction: text.Append("ct_clear"); break;
            case PushEthAction push: text.Append(CultureInfo.InvariantCulture,
                $"push_eth(src={push.Source},dst={push.Destination})"); break;
            case PopEthAction: text.Append("pop_eth"); break;
            default: AppendNested(text, action, names); break;
        }
    }

    private static void AppendNested(StringBuilder text, DatapathAction action, IPortNames? names)
    {
        switch (action)
        {
            case SampleAction sample:
                text.Append(CultureInfo.InvariantCulture, $"sample(sample={100.0 * sample.Probability / uint.MaxValue:F1}%,actions(");
                Append(text, sample.Actions, names);
                text.Append("))");
                break;
            case CloneAction clone:
                text.Append("clone(");
                Append(text, clone.Actions, names);
                text.Append(')');
                break;
            case CheckPacketLengthAction check:
                text.Append(CultureInfo.InvariantCulture, $"check_pkt_len(size={check.Size},gt(");
                Append(text, check.Greater, names);
                text.Append("),le(");
                Append(text, check.LessOrEqual, names);
                text.Append("))");
                break;
            default:
                Wire.Invariant.Fail($"every datapath action has a text form, but {action.GetType().Name} has none");
                break;
        }
    }

    private static void AppendSet(StringBuilder text, SetAction set)
    {
        var value = set.Value;
        var mask = set.Mask;
        text.Append("set(").Append(SetGroups.NameOf(set.Group)).Append('(');
        switch (set.Group)
        {
            case SetGroup.Priority: AppendNumber(text, FlowFields.SkbPriority, ref value, ref mask); break;
            case SetGroup.SkbMark: AppendNumber(text, FlowFields.SkbMark, ref value, ref mask); break;
            case SetGroup.Mpls: GroupPrinter.PrintMpls(text, ref value, ref mask, hasMask: true); break;
            case SetGroup.Vlan: GroupPrinter.PrintVlan(text, value.VlanTci, mask.Bits.VlanTci, verbose: false); break;
            default: GroupPrinter.Print(text, SetGroups.FieldsOf(set.Group)!, ref value, ref mask, hasMask: true, verbose: false); break;
        }

        text.Append("))");
    }

    private static void AppendNumber(StringBuilder text, in FlowField field, ref FlowKey value, ref FlowMask mask)
    {
        text.AppendHex(field.Read(ref value));
        if (!field.IsExact(ref mask)) text.Append('/').AppendHex(field.Read(ref mask));
    }

    private static void AppendSetTunnel(StringBuilder text, SetTunnelAction set)
    {
        var tunnel = set.Tunnel;
        var key = default(FlowKey);
        var mask = default(FlowMask);
        FlowExtractor.ExtractTunnel(ref tunnel, ref key);
        text.Append("set(");
        TunnelPrinter.Print(text, ref key, ref mask, hasMask: false, verbose: true);
        text.Append(')');
    }
}
