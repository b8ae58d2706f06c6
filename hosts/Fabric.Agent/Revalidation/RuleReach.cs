using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Where a rule can be met: its table, and those headers of its match that are the same for a rule and for the datapath. Input ports, tags,
/// registers and the like are left out, since a packet may have others by the time it comes to the table.
/// </summary>
internal readonly struct RuleReach
{
    private const int BaseSection = 0;
    private const int TransportSection = 1;
    private const int Ipv6Section = 4;

    private static readonly FlowKey Compared = Fields();

    private readonly OpenFlowTable _table;
    private readonly Vector256<byte> _base;
    private readonly Vector256<byte> _baseMask;
    private readonly Vector256<byte> _transport;
    private readonly Vector256<byte> _transportMask;
    private readonly Vector256<byte> _ipv6;
    private readonly Vector256<byte> _ipv6Mask;

    public RuleReach(OpenFlowTable table, Match match)
    {
        _table = table;
        var compared = Compared;
        (_base, _baseMask) = Read(BaseSection);
        (_transport, _transportMask) = Read(TransportSection);
        (_ipv6, _ipv6Mask) = Read(Ipv6Section);

        (Vector256<byte> Value, Vector256<byte> Mask) Read(int section) => (
            FlowKey.Section(ref match.Value.Packet, section),
            FlowKey.Section(ref match.Mask.Packet, section) & FlowKey.Section(ref compared, section));
    }

    /// <summary>Has a packet's key other headers here than it arrived with? Then they tell nothing of what rules it meets.</summary>
    public static bool IsAltered(ref FlowKey key, ref FlowKey arrived) =>
        key.NwFragment != FragmentBits.None
        || FlowKey.Section(ref key, BaseSection) != FlowKey.Section(ref arrived, BaseSection)
        || FlowKey.Section(ref key, TransportSection) != FlowKey.Section(ref arrived, TransportSection)
        || FlowKey.Section(ref key, Ipv6Section) != FlowKey.Section(ref arrived, Ipv6Section);

    /// <summary>False only if no packet of the flow can match the rule, where the flow's packets look for one.</summary>
    public bool Reaches(InstalledFlow flow)
    {
        if (!flow.Cache.Visits(_table)) return false;
        return flow.Cache.HasAlteredHeaders || !(IsApart(flow.Match, BaseSection, _base, _baseMask)
            || IsApart(flow.Match, TransportSection, _transport, _transportMask) || IsApart(flow.Match, Ipv6Section, _ipv6, _ipv6Mask));
    }

    /// <summary>A bit that both want, and want differently.</summary>
    private static bool IsApart(FlowMatch match, int section, Vector256<byte> value, Vector256<byte> mask) =>
        match.TryGetSection(section, out var bits, out var flowMask)
        && ((bits ^ value) & flowMask & mask) != Vector256<byte>.Zero;

    private static FlowKey Fields()
    {
        var mask = default(FlowMask);
        mask.SetExact(FlowFields.EthDestination);
        mask.SetExact(FlowFields.EthSource);
        mask.SetExact(FlowFields.EthernetType);
        mask.SetExact(FlowFields.NwProto);
        mask.SetExact(FlowFields.NwSource);
        mask.SetExact(FlowFields.NwDestination);
        mask.Bits.TpSource = ushort.MaxValue;
        mask.Bits.TpDestination = ushort.MaxValue;
        mask.SetExact(FlowFields.Ipv6Source);
        mask.SetExact(FlowFields.Ipv6Destination);
        return mask.Bits;
    }
}
