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
    private static readonly ReachHeaders Compared = Fields();

    private readonly ReachHeaders _value;

    public RuleReach(OpenFlowTable table, Match match)
    {
        Table = table;
        Mask = ReachHeaders.Of(ref match.Mask.Packet) & Compared;
        _value = ReachHeaders.Of(ref match.Value.Packet) & Mask;
    }

    public OpenFlowTable Table { get; }

    /// <summary>Which bits of the headers it wants to be as they are in <see cref="Value"/>.</summary>
    public ReachHeaders Mask { get; }

    public ReachHeaders Value => _value;

    /// <summary>Has a packet's key other headers here than it arrived with? Then they tell nothing of what rules it meets.</summary>
    public static bool IsAltered(ref FlowKey key, ref FlowKey arrived) =>
        key.NwFragment != FragmentBits.None || ReachHeaders.Of(ref key) != ReachHeaders.Of(ref arrived);

    /// <summary>False only if no packet of the flow can match the rule, where the flow's packets look for one.</summary>
    public bool Reaches(InstalledFlow flow)
    {
        if (!flow.Cache.Visits(Table)) return false;
        if (flow.Cache.HasAlteredHeaders) return true;
        // Bits that both want are wanted alike.
        var both = Mask & ReachHeaders.Of(ref flow.Match.Mask.Bits);
        return (ReachHeaders.Of(flow.Match) & both) == (_value & both);
    }

    private static ReachHeaders Fields()
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
        return ReachHeaders.Of(ref mask.Bits);
    }
}
