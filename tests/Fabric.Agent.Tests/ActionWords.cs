using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent.Tests;

/// <summary>Datapath actions in OVS's words, written here independently of the printer under test elsewhere.</summary>
public static class ActionWords
{
    public static string Of(DatapathActions actions) => actions.Count == 0 ? "drop" : string.Join(",", actions.Select(Of));

    private static string Of(DatapathAction action) => action switch
    {
        OutputAction a => a.Port.ToString(),
        PopVlanAction => "pop_vlan",
        PushVlanAction a => (a.Tpid == 0x8100 ? "push_vlan(" : $"push_vlan(tpid=0x{a.Tpid:x},") + $"vid={a.Tci & 0xfff},pcp={a.Tci >> 13})",
        SetTunnelAction a => Tunnel(a.Tunnel),
        SetAction a => Set(a),
        TruncAction a => $"trunc({a.MaxLength})",
        HashAction a => $"hash(hash_l4({a.Basis}))",
        RecircAction a => $"recirc(0x{a.Id:x})",
        // Ids count up from one answer of OVS to the next.
        UserspaceAction { Controller: { } c } a => (a with { Controller = c with { RecircId = 0 } }).ToString(),
        UserspaceAction a => $"userspace({a.Reason})",
        _ => action.GetType().Name,
    };

    private static string Tunnel(TunnelMetadata t)
    {
        var flags = string.Join("|", new[]
        {
            t.Flags.HasFlag(TunnelFlags.DontFragment) ? "df" : null, t.Flags.HasFlag(TunnelFlags.Checksum) ? "csum" : null,
            t.Flags.HasFlag(TunnelFlags.Key) ? "key" : null,
        }.OfType<string>());
        var parts = new List<string>();
        if (t.Flags.HasFlag(TunnelFlags.Key)) parts.Add($"tun_id=0x{t.Id:x}");
        if (!t.IsIpv6)
        {
            if (!t.Source.IsZero) parts.Add($"src={t.Source}");
            parts.Add($"dst={t.Destination}");
        }
        else
        {
            if (!t.SourceV6.IsZero) parts.Add($"ipv6_src={t.SourceV6}");
            parts.Add($"ipv6_dst={t.DestinationV6}");
        }

        if (t.Tos != 0) parts.Add($"tos=0x{t.Tos:x}");
        parts.Add($"ttl={t.Ttl}");
        if (t.DestinationPort != 0) parts.Add($"tp_dst={t.DestinationPort}");
        parts.Add($"flags({flags})");
        return $"set(tunnel({string.Join(",", parts)}))";
    }

    private static string Set(SetAction action)
    {
        var (value, mask) = (new OpenFlowKey { Packet = action.Value }, new OpenFlowKey { Packet = action.Mask.Bits });
        (string Name, OpenFlowField[] Fields, string[] Names) group = action.Group switch
        {
            SetGroup.Ethernet => ("eth", [F.EthSource, F.EthDestination], ["src", "dst"]),
            SetGroup.Ipv4 => ("ipv4", [F.NwSource, F.NwDestination, F.Tos, F.NwTtl], ["src", "dst", "tos", "ttl"]),
            SetGroup.Ipv6 => ("ipv6", [F.Ipv6Source, F.Ipv6Destination, F.Ipv6Label, F.Tos, F.NwTtl],
                ["src", "dst", "label", "tclass", "hlimit"]),
            SetGroup.Arp => ("arp", [F.ArpSpa, F.ArpTpa, F.ArpOp, F.ArpSha, F.ArpTha], ["sip", "tip", "op", "sha", "tha"]),
            SetGroup.Priority => ("skb_priority", [F.SkbPriority], [""]),
            SetGroup.SkbMark => ("skb_mark", [F.PacketMark], [""]),
            SetGroup.NeighbourDiscovery => ("nd", [F.NdTarget, F.ArpSha, F.ArpTha], ["target", "sll", "tll"]),
            SetGroup.NeighbourExtensions => ("nd_ext", [F.NdReserved, F.NdOptionsType], ["nd_reserved", "nd_options_type"]),
            SetGroup.Icmp or SetGroup.Icmpv6 =>
                (action.Group.ToString().ToLowerInvariant(), [F.TpSource, F.TpDestination], ["type", "code"]),
            _ => (action.Group.ToString().ToLowerInvariant(), [F.TpSource, F.TpDestination], ["src", "dst"]),
        };
        var parts = new List<string>();
        for (var i = 0; i < group.Fields.Length; i++)
        {
            var bits = group.Fields[i].Get(ref mask);
            if (bits == 0) continue;
            var text = FieldText.Format(group.Fields[i], group.Fields[i].Get(ref value), bits, NoOpenFlowPorts.Instance);
            if (group.Fields[i] == F.Tos) text = $"0x{(int)group.Fields[i].Get(ref value):x}" + (bits == 255 ? "" : $"/0x{(int)bits:x}");
            parts.Add(group.Names[i].Length == 0 ? text : $"{group.Names[i]}={text}");
        }

        return $"set({group.Name}({string.Join(",", parts)}))";
    }
}
