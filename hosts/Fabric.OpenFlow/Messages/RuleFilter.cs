using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Which rules a question is about (OVS: <c>ofputil_flow_stats_request</c>).</summary>
public sealed record RuleFilter
{
    public Match Match { get; init; } = Match.Any;

    /// <summary>255 is all.</summary>
    public byte Table { get; init; } = FlowMod.AllTables;

    /// <summary>Only rules that send to this port; <see cref="OfpPort.None"/> does not ask.</summary>
    public OfpPort OutPort { get; init; } = OfpPort.None;

    /// <summary>Only rules with this group; <see cref="GroupMod.AnyGroup"/> does not ask.</summary>
    public uint OutGroup { get; init; } = GroupMod.AnyGroup;
    public ulong Cookie { get; init; }
    public ulong CookieMask { get; init; }
}
