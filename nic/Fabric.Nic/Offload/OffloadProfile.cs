using Fabric.Flow;
using Fabric.Wire;
using F = Fabric.Flow.FlowFields;

namespace Fabric.Nic;

/// <summary>
/// What a kind of card can match and do, beyond what its engine could: a flow outside of it stays on the host, with the reason.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>O1: a profile only refuses. What it lets through is still judged by <see cref="OffloadVerdict"/> against the card as it is.</item>
/// <item>O2: every refusal names the field or action that it is about.</item>
/// </list>
/// <para>Not modelled: firmware versions, and what a card refuses only when it is tried.</para>
/// </summary>
public sealed class OffloadProfile
{
    private static readonly FlowField[] AgilioFields =
    [
        F.InPort, F.RecircId, F.PacketType, F.EthDestination, F.EthSource, F.EthernetType, F.VlanTci, F.VlanTpid, F.Mpls0, F.NwSource,
        F.NwDestination, F.Ipv6Source, F.Ipv6Destination, F.NwProto, F.NwTtl, F.NwTos, F.NwFragment, F.TcpSource, F.TcpDestination,
        F.TcpFlags, F.TunnelId, F.TunnelSource, F.TunnelDestination, F.TunnelSourceV6, F.TunnelDestinationV6, F.TunnelFlags, F.TunnelTos,
        F.TunnelTtl, F.TunnelTpDestination,
    ];

    /// <summary>Fields that a megaflow names whether rules ask or not, with what they may say.</summary>
    private static readonly FlowField[] AlwaysNamed = [F.InnerVlanTci, F.InnerVlanTpid];

    private readonly FlowKey _matchable;
    private readonly bool _isLimited;

    private OffloadProfile(string name, FlowField[]? fields)
    {
        Name = name;
        _isLimited = fields is not null;
        foreach (var field in fields ?? []) FlowKey.MatchBytes(ref _matchable).Slice(field.Offset, field.WordSize).Fill(0xff);
    }

    /// <summary>As a topology names it.</summary>
    public string Name { get; }

    /// <summary>
    /// An Agilio CX with OVS-TC: the matches and actions of its user guide's table of rules; one output, one tunnel side, no connection
    /// tracking.
    /// </summary>
    public static OffloadProfile AgilioCx { get; } = new("agilio-cx", AgilioFields);

    /// <summary>Whatever the emulated card executes.</summary>
    public static OffloadProfile Everything { get; } = new("everything", null);

    public static IReadOnlyList<OffloadProfile> All { get; } = [AgilioCx, Everything];

    /// <exception cref="InvariantException">No profile has that name; topologies are checked before they get here.</exception>
    public static OffloadProfile Of(string name)
    {
        var found = All.FirstOrDefault(profile => profile.Name == name);
        Invariant.Check(found is not null, "the offload profile is known");
        return found!;
    }

    /// <summary>Why flows with this match stay on the host; null when the card can match it.</summary>
    public string? RefuseMatch(ref FlowKey key, ref FlowMask mask)
    {
        if (!_isLimited) return null;
        if (key.RecircId != 0) return $"{Name} does not match recirc_id";
        var type = key.EthType;
        if (EtherType.IsArp(type) && HasAny(ref mask, F.NwSource, F.NwDestination, F.NwProto, F.ArpSourceHardware, F.ArpTargetHardware))
            return $"{Name} does not match fields of ARP";
        if (IsIcmp(ref key) && HasAny(ref mask, F.TcpSource, F.TcpDestination)) return $"{Name} does not match types and codes of ICMP";
        if (FindUnmatchable(ref key, ref mask) is { } field) return $"{Name} does not match {field}";
        if (key.HasTunnel && !NamesPeer(ref key, ref mask)) return $"{Name} wants the outer addresses of a tunnel named";
        return null;
    }

    /// <summary>Why flows with these actions stay on the host; null when the card can do them.</summary>
    /// <param name="fromTunnel">The flow's packets come out of a tunnel.</param>
    public string? RefuseActions(DatapathActions actions, bool fromTunnel)
    {
        if (!_isLimited) return null;
        var outputs = 0;
        foreach (var action in actions.Span)
        {
            if (Refuse(action, fromTunnel) is { } what) return $"{Name} does not {what}";
            if (action is OutputAction && ++outputs > 1) return $"{Name} sends to one port, not to several";
        }

        return null;
    }

    private static string? Refuse(DatapathAction action, bool fromTunnel) => action switch
    {
        OutputAction or PushVlanAction or PopVlanAction or DropAction => null,
        SetTunnelAction => fromTunnel ? "forward from one tunnel to another" : null,
        SetAction { Group: SetGroup.Ethernet or SetGroup.Tcp or SetGroup.Udp or SetGroup.Sctp or SetGroup.Vlan } => null,
        SetAction { Group: SetGroup.Ipv4 or SetGroup.Ipv6 } set => RefuseIp(set),
        SetAction set => $"rewrite {set.Group}",
        CloneAction => "make copies",
        TruncAction => "cut packets",
        PushMplsAction or PopMplsAction => "push or pop MPLS labels",
        _ => $"execute {action}",
    };

    private static string? RefuseIp(SetAction set)
    {
        var mask = set.Mask;
        return HasAny(ref mask, F.NwTos) ? "rewrite TOS" : HasAny(ref mask, F.Ipv6Label) ? "rewrite flow labels" : null;
    }

    private static bool IsIcmp(ref FlowKey key) =>
        (key.EthType == EtherType.Ipv4 && key.NwProto == IpProtocol.Icmp)
        || (key.EthType == EtherType.Ipv6 && key.NwProto == IpProtocol.Icmpv6);

    private static bool NamesPeer(ref FlowKey key, ref FlowMask mask) => key.TunnelDestination.IsZero
        ? mask.IsExact(F.TunnelSourceV6) && mask.IsExact(F.TunnelDestinationV6)
        : mask.IsExact(F.TunnelSource) && mask.IsExact(F.TunnelDestination);

    private static bool HasAny(ref FlowMask mask, params ReadOnlySpan<FlowField> fields)
    {
        foreach (var field in fields)
            if (!mask.IsWildcarded(field)) return true;
        return false;
    }

    private string? FindUnmatchable(ref FlowKey key, ref FlowMask mask)
    {
        var asked = FlowKey.MatchBytes(ref mask.Bits);
        var possible = _matchable;
        var able = FlowKey.MatchBytes(ref possible);
        if (asked[FlowKey.OptionsOffset..].ContainsAnyExcept((byte)0)) return "tunnel options";
        foreach (var field in F.All)
        {
            if (able[field.Offset] != 0 || mask.IsWildcarded(field)) continue;
            // "No second tag" is part of every megaflow of a tagged packet; a card that sees one tag cannot tell, and need not.
            if (AlwaysNamed.Contains(field) && (key.InnerVlanTci & FlowKey.VlanPresent) == 0) continue;
            // "No tunnel options" likewise, of every packet out of a tunnel that has none.
            if (field == F.TunnelOptionsSize && key.TunnelOptionsSize == 0) continue;
            return field.Name;
        }

        return null;
    }
}
