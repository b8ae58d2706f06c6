using System.Globalization;
using System.Text;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Collects what a translation tells of itself, and writes it in the shape of <c>ovs-appctl ofproto/trace</c>.</summary>
internal sealed class XlateTrace(TraceOptions options)
{
    private static readonly string[] SlowReasons =
    [
        "Consists of CFM packets", "Consists of BFD packets", "Consists of LACP packets", "Consists of STP packets",
        "Consists of LLDP packets", "Uses action(s) not supported by datapath", "Datapath can't match specifically enough",
    ];

    private readonly List<TraceNode> _roots = [];
    private List<TraceNode>? _current;

    /// <summary>Packets that go on by themselves, to be traced next.</summary>
    public List<TraceContinuation> Continuations { get; } = [];

    /// <summary>Where lines are added now.</summary>
    public List<TraceNode> Current { get => _current ?? _roots; set => _current = value; }

    /// <summary>Adds a line and returns the list of lines that belong to it.</summary>
    public List<TraceNode> Report(TraceKind kind, string text)
    {
        var node = new TraceNode(kind, text);
        Current.Add(node);
        return node.Nested;
    }

    public void Bridge(AgentBridge bridge) => Current = Report(TraceKind.Bridge, $"bridge(\"{bridge.Name}\")");

    /// <param name="first">The bridge where the trace began: OVS knows only that one's own rules by name.</param>
    public void Rule(int table, OpenFlowRule rule, AgentBridge bridge, AgentBridge first)
    {
        var tables = first.Tables;
        string text;
        if (rule == tables.MissRule) text = "No match, and a \"packet-in\" is called for.";
        else if (rule == tables.NoPacketInRule) text = "No match.";
        else if (rule == tables.DropFragmentsRule) text = "Packets are IP fragments and the fragment handling mode is \"drop\".";
        else
        {
            var match = MatchText.Format(rule.Match, PortsOf(bridge), options: bridge.TunnelOptions);
            var cookie = rule.Cookie == 0 ? "" : $", cookie 0x{rule.Cookie:x}";
            text = $"{(match.Length == 0 ? "" : match + ", ")}priority {rule.Priority}{cookie}";
        }

        Current = Report(TraceKind.Table, string.Create(CultureInfo.InvariantCulture, $"{table,2}. {text}"));
    }

    public void Action(OpenFlowAction action, AgentBridge bridge) => Report(TraceKind.Action, Format(action, PortsOf(bridge)));

    public void Action(string text) => Report(TraceKind.Action, text);

    /// <summary>A detail of the action before it.</summary>
    public void Note(string text) => Report(TraceKind.Detail, text);

    public void Warn(string text) => Report(TraceKind.Warning, text);

    public void Error(string text) => Report(TraceKind.Error, text);

    /// <summary>What bits of a field are after a change (OVS: <c>xlate_report_subfield</c>).</summary>
    public void Bits(FieldBits bits, ref OpenFlowKey flow)
    {
        var value = bits.Get(ref flow);
        var text = bits.IsWhole ? FieldText.Format(bits.Field, value, bits.Field.AllOnes, NoOpenFlowPorts.Instance)
            : value == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
        Note($"{bits} is now {text}");
    }

    public static string Format(IReadOnlyList<OpenFlowAction> actions)
    {
        if (actions.Count == 0) return "drop";
        return string.Join(',', actions.Select(a => Format(a, NoOpenFlowPorts.Instance)));
    }

    /// <summary>Puts the head and tail around what was written.</summary>
    /// <param name="before">The packet at the start.</param>
    /// <param name="after">As the rules left it.</param>
    /// <param name="mask">Consulted bits.</param>
    public string Finish(
        ref OpenFlowKey before, ref OpenFlowKey after, ref OpenFlowKey mask, DatapathActions actions, XlateError error, uint slow,
        AgentBridge? bridge)
    {
        var ports = bridge is null ? NoOpenFlowPorts.Instance : PortsOf(bridge);
        var text = new StringBuilder("Flow: ").Append(FormatKey(ref before, ports)).Append('\n');
        TraceNode.Write(text, _roots);
        text.Append("\nFinal flow: ").Append(
            IsSame(ref before, ref after) ? "unchanged" : FormatKey(ref after, ports, bridge?.TunnelOptions));
        text.Append("\nMegaflow: ").Append(FormatMegaflow(before, ref mask, ports, bridge?.TunnelOptions));
        text.Append("\nDatapath actions: ").Append(actions.Count == 0 ? "drop" : actions.ToString(options.PortNames));
        if (error != XlateError.None && bridge is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nTranslation failed ({XlateErrors.TextOf(error)}), packet is dropped.\n");
            return text.ToString();
        }

        if (slow == 0) return text.ToString();
        text.Append("\nThis flow is handled by the userspace slow path because it:");
        for (var i = 0; i < SlowReasons.Length; i++)
            if ((slow & 1u << i) != 0) text.Append("\n  - ").Append(SlowReasons[i]).Append('.');
        return text.ToString();
    }

    private static string Format(OpenFlowAction action, IOpenFlowPorts ports) =>
        action is UnrollAction unroll ? unroll.Text : ActionText.Format(action, ports);

    private static bool IsSame(ref OpenFlowKey a, ref OpenFlowKey b) =>
        OpenFlowKey.AllBytes(ref a)[..FlowKey.MatchSize].SequenceEqual(OpenFlowKey.AllBytes(ref b)[..FlowKey.MatchSize])
        && OpenFlowKey.AllBytes(ref a)[FlowKey.Size..].SequenceEqual(OpenFlowKey.AllBytes(ref b)[FlowKey.Size..]);

    private IOpenFlowPorts PortsOf(AgentBridge bridge) => options.HasNames ? bridge : NoOpenFlowPorts.Instance;

    /// <summary>With the fields that stand for tunnel options, which the packet as it came has as options.</summary>
    private static string FormatMegaflow(OpenFlowKey key, ref OpenFlowKey mask, IOpenFlowPorts ports, TunnelOptionMap? options)
    {
        if (key.Packet.TunnelOptionsSize != 0 && options?.TryUnpack(ref key) != true) key.ClearTunnelOptions();
        return MatchText.Format(Match.Of(ref key, ref mask), ports, options: options);
    }

    /// <summary>
    /// All fields the packet has, but for those of ND that came late to OVS; those of the pipeline only when they are set.
    /// </summary>
    private static string FormatKey(ref OpenFlowKey key, IOpenFlowPorts ports, TunnelOptionMap? options = null)
    {
        ref var flow = ref key.Packet;
        flow.Normalize();
        var mask = new OpenFlowKey { Packet = FlowMask.ForPacket(ref flow).Bits };
        ref var bits = ref mask.Packet;
        // A word for Ethernet is there only beside the id.
        if (flow.RecircId == 0) (bits.RecircId, bits.PacketType) = (0, flow.PacketType == 0 ? 0 : bits.PacketType);
        if (flow.SkbPriority == 0) bits.SkbPriority = 0;
        if (flow.SkbMark == 0) bits.SkbMark = 0;
        if (flow.DpHash == 0) bits.DpHash = 0;
        if (flow.CtState == 0) bits.CtState = 0;
        if (flow.CtZone == 0) bits.CtZone = 0;
        if (flow.CtMark == 0) bits.CtMark = 0;
        if (flow.CtLabel == 0) bits.CtLabel = 0;
        if (flow.CtNwProto == 0 || (flow.CtState & ConnectionBits.Valid) == 0)
        {
            FlowKey.Section(ref bits, 7) = default;
            (bits.CtNwProto, bits.CtTpSource, bits.CtTpDestination) = (0, 0, 0);
        }

        // A datapath has 8 bits of ICMP's type and code, a packet the whole fields.
        if (bits.TpSource != 0) (bits.TpSource, bits.TpDestination) = (0xffff, 0xffff);
        for (var i = 0; i < RegisterFile.Count; i++)
            if (key.GetRegister(i) != 0) mask.SetRegister(i, uint.MaxValue);
        if (key.Metadata != 0) mask.Metadata = ulong.MaxValue;
        (bits.NdReserved, bits.NdOptionsType) = (0, 0);
        if (key.InPort.Value != 0) OpenFlowFields.InPort.Set(ref mask, 0xffff);
        for (var i = 0; i < TunnelOptionMap.FieldCount && key.TunnelPresent != 0; i++)
            if ((key.TunnelPresent & 1UL << i) != 0 && options?.FieldAt(i) is { } field)
                field.SetBytes(ref mask, Enumerable.Repeat((byte)0xff, field.Size).ToArray());
        return MatchText.Format(Match.Of(ref key, ref mask), ports, options: options);
    }
}
