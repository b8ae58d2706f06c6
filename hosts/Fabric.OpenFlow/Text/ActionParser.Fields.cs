using System.Globalization;
using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Actions that change headers and pipeline fields.</summary>
internal sealed partial class ActionParser
{
    private SetVlanVidAction? VlanVid(string value, bool pushes, ref string? problem)
    {
        if (Number(value, 4095, ref problem) is not { } vid) return null;
        _packet.VlanTci |= FlowKey.VlanPresent;
        return new SetVlanVidAction((ushort)vid, pushes);
    }

    private SetVlanPcpAction? VlanPcp(string value, bool pushes, ref string? problem)
    {
        if (Number(value, 7, ref problem) is not { } pcp) return null;
        _packet.VlanTci |= FlowKey.VlanPresent;
        return new SetVlanPcpAction((byte)pcp, pushes);
    }

    private StripVlanAction Untagged(bool isPop)
    {
        _packet.VlanTci = _packet.InnerVlanTci;
        _packet.InnerVlanTci = 0;
        return new StripVlanAction(isPop);
    }

    private PushVlanTagAction? PushVlan(string value, ref string? problem)
    {
        if (!FieldText.TryParseNumber(value, out var type) || (type != 0x8100 && type != 0x88a8))
            problem = $"'{value}' is not a VLAN Ethernet type (0x8100 or 0x88a8)";
        else if (_match is not null && _packet.InnerVlanTci != 0) problem = "a packet has at most two VLAN tags";
        if (problem is not null) return null;
        _packet.InnerVlanTci = _packet.VlanTci;
        _packet.VlanTci = FlowKey.VlanPresent;
        return new PushVlanTagAction((ushort)type);
    }

    private PushMplsTagAction? PushMpls(string value, ref string? problem)
    {
        if (Number(value, 0xffff, ref problem) is not { } type) return null;
        if (type != 0x8847 && type != 0x8848) problem = $"'{value}' is not an MPLS Ethernet type (0x8847 or 0x8848)";
        _packet.EthType = (ushort)type;
        _packet.NwProto = 0;
        return new PushMplsTagAction((ushort)type);
    }

    private PopMplsTagAction? PopMpls(string value, ref string? problem)
    {
        if (Number(value, 0xffff, ref problem) is not { } type) return null;
        _packet.EthType = (ushort)type;
        return new PopMplsTagAction((ushort)type);
    }

    private static SetEthAction? Eth(bool isSource, string value, ref string? problem)
    {
        if (MacAddress.TryParse(value, out var mac)) return new SetEthAction(isSource, mac);
        problem = $"'{value}' is not {FieldText.Describe(F.EthSource)}";
        return null;
    }

    private static SetNwAddressAction? NwAddress(bool isSource, string value, ref string? problem)
    {
        if (!Ipv4Address.TryParse(value, out var address)) problem = $"'{value}' is not {FieldText.Describe(F.NwSource)}";
        return new SetNwAddressAction(isSource, address);
    }

    private static SetNwTosAction? NwTos(string value, ref string? problem)
    {
        if (Number(value, 255, ref problem) is not { } tos) return null;
        if ((tos & 3) != 0) problem = $"{value} sets the two ECN bits; use mod_nw_ecn for them";
        return new SetNwTosAction((byte)tos);
    }

    private static SetTpPortAction? TpPort(bool isSource, string value, ref string? problem) =>
        Number(value, 65535, ref problem) is { } port ? new SetTpPortAction(isSource, (ushort)port) : null;

    /// <summary>As C's <c>atoi</c> reads them: what is not a number is 0.</summary>
    private static DecTtlAction? DecTtl(string value, ref string? problem)
    {
        if (value.Length == 0) return new DecTtlAction();
        var ids = value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Atoi).Select(n => (ushort)n).ToArray();
        if (ids.Length == 0) problem = "dec_ttl(…) needs at least one controller id";
        return new DecTtlAction { ControllerIds = new(ids), HasIds = true };
    }

    /// <summary>Hexadecimal bytes, which the encoding fills up with zeros to 6, 14, 22, …</summary>
    private static NoteAction? Note(string value, ref string? problem)
    {
        if (!HexText.TryParse(value, out var bytes))
        {
            problem = $"'{value}' is not a list of hexadecimal bytes (11.22.ff)";
            return null;
        }

        var padded = new byte[bytes.Size <= 6 ? 6 : (bytes.Size + 1) / 8 * 8 + 6];
        bytes.Span.CopyTo(padded);
        return new NoteAction(new HexBytes(padded));
    }

    private static DeleteFieldAction? DeleteField(string value, ref string? problem)
    {
        if (!F.TryFind(value, out var field)) problem = $"'{value}' is not a field";
        else if (!field.Name.StartsWith("tun_metadata", StringComparison.Ordinal))
            problem = $"{field.Name} cannot be deleted, only tun_metadata fields can";
        return field is null || problem is not null ? null : new DeleteFieldAction(field);
    }

    private SetFieldAction? SetField(string value, ref string? problem)
    {
        var arrow = value.IndexOf("->", StringComparison.Ordinal);
        if (arrow < 0)
        {
            problem = "set_field is written set_field:value[/mask]->field";
            return null;
        }

        var name = value[(arrow + 2)..].Trim();
        if (!F.TryFind(name, out var field) || !(field.Name == name || Array.IndexOf(field.Aliases, name) >= 0))
        {
            problem = $"'{name}' is not a field";
            return null;
        }

        if (field == F.VlanVid && _match is not null && (_packet.VlanTci & FlowKey.VlanPresent) == 0)
            problem = "the rule must match a VLAN tag to set its id";
        if (!Writable(field, ref problem)) return null;
        if (!FieldText.TryParse(field, value[..arrow].Trim(), _ports, out var bits, out var mask, out problem)) return null;
        if (field == F.VlanTci) _packet.VlanTci = (ushort)bits;
        return new SetFieldAction(field, bits, mask);
    }

    private LoadAction? Load(string value, ref string? problem)
    {
        var arrow = value.IndexOf("->", StringComparison.Ordinal);
        if (arrow < 0)
        {
            problem = "load is written load:value->field[low..high]";
            return null;
        }

        if (!TryBits(value[(arrow + 2)..].Trim(), out var target, out problem)) return null;
        if (!Writable(target.Field, ref problem) || Number(value[..arrow].Trim(), target.Mask >> target.Start,
            ref problem) is not { } number) return null;
        if (target.Field == F.VlanTci) _packet.VlanTci = (ushort)(number << target.Start);
        return new LoadAction(number, target);
    }

    private MoveAction? Move(string value, ref string? problem)
    {
        var arrow = value.IndexOf("->", StringComparison.Ordinal);
        if (arrow < 0)
        {
            problem = "move is written move:field[low..high]->field[low..high]";
            return null;
        }

        if (!TryBits(value[..arrow].Trim(), out var source, out problem) || !TryBits(value[(arrow + 2)..].Trim(), out var target,
            out problem)) return null;
        if (!Needs(source.Field.Prerequisite, source.Field.Name, ref problem) || !Writable(target.Field, ref problem)) return null;
        if (source.Width == target.Width) return new MoveAction(source, target);
        problem = $"{source} has {source.Width} bits but {target} has {target.Width}";
        return null;
    }

    private static WriteMetadataAction? WriteMetadata(string value, ref string? problem)
    {
        if (!FieldText.TryParse(F.Metadata, value, NoOpenFlowPorts.Instance, out var bits, out var mask, out problem)) return null;
        return new WriteMetadataAction((ulong)bits, (ulong)mask);
    }

    private FieldBits? Stacked(string value, ref string? problem) =>
        TryBits(value.Trim(), out var bits, out problem) && Needs(bits.Field.Prerequisite, bits.Field.Name, ref problem) ? bits : null;

    /// <summary>A list inside of an action, which sees the packet as it is here.</summary>
    private OpenFlowActions? Nested(string value, ActionScope scope, ref string? problem)
    {
        if (_depth + 1 >= MaxDepth)
        {
            problem = "actions are nested too deeply";
            return null;
        }

        var match = _match is null ? null : new Match { Value = _match.Value, Mask = _match.Mask };
        if (match is not null) match.Value.Packet = _packet;
        var parser = new ActionParser(value, _ports, match, scope, _depth + 1);
        if (parser.TryParse(0, value.Length, out var actions, out var error)) return actions;
        problem = $"inside, at {error}";
        return null;
    }

    /// <summary>Reads <c>field</c>, <c>field[]</c>, <c>field[bit]</c> or <c>field[low..high]</c>.</summary>
    internal static bool TryBits(string text, [NotNullWhen(true)] out FieldBits? bits, out string? problem)
    {
        bits = null;
        var bracket = text.IndexOf('[');
        var name = bracket < 0 ? text : text[..bracket];
        if (!F.TryFind(name, out var field))
        {
            problem = $"'{name}' is not a field";
            return false;
        }

        problem = $"'{text}' is not bits of {field.Name}: write {field.Name}[], {field.Name}[bit] or "
            + $"{field.Name}[low..high], bits 0 to {field.Width - 1}";
        if (bracket >= 0 && text[^1] != ']') return false;
        var range = bracket < 0 ? "" : text[(bracket + 1)..^1];
        var (low, high) = (0, field.Width - 1);
        if (range.Length > 0)
        {
            var dots = range.IndexOf("..", StringComparison.Ordinal);
            if (!int.TryParse(dots < 0 ? range : range[..dots], out low) || !int.TryParse(dots < 0 ? range : range[(dots + 2)..],
                out high)) return false;
        }

        if (low < 0 || low > high || high >= field.Width) return false;
        bits = new FieldBits(field, low, high - low + 1);
        problem = null;
        return true;
    }

    private bool Writable(OpenFlowField field, ref string? problem, bool needsPacket = true)
    {
        if (field.IsWritable) return !needsPacket || Needs(field.Prerequisite, field.Name, ref problem);
        problem = $"{field.Name} cannot be written";
        return false;
    }

    private bool Needs(MatchPrerequisite prerequisite, string what, ref string? problem)
    {
        if (_match is null || MatchPrerequisites.AreMet(prerequisite, ref _packet)) return true;
        var words = prerequisite switch
        {
            MatchPrerequisite.Vlan => "a VLAN tag (vlan_vid=0x1000/0x1000)",
            MatchPrerequisite.Ipv4 => "ip",
            MatchPrerequisite.Ipv6 => "ipv6",
            MatchPrerequisite.AnyIp => "ip or ipv6",
            MatchPrerequisite.Arp => "arp",
            MatchPrerequisite.Mpls => "mpls",
            MatchPrerequisite.Tcp => "tcp or tcp6",
            MatchPrerequisite.Udp => "udp or udp6",
            MatchPrerequisite.Sctp => "sctp or sctp6",
            MatchPrerequisite.Icmpv4 => "icmp",
            MatchPrerequisite.Icmpv6 => "icmp6",
            MatchPrerequisite.NeighbourSolicit => "icmp6,icmpv6_type=135,icmpv6_code=0",
            MatchPrerequisite.NeighbourAdvert => "icmp6,icmpv6_type=136,icmpv6_code=0",
            _ => "icmp6,icmpv6_type=135 or 136,icmpv6_code=0",
        };
        problem = $"{what} exists only in some packets: the rule must match {words}";
        return false;
    }
}
