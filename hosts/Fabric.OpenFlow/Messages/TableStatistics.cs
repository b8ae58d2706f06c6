namespace Fabric.OpenFlow;

/// <summary>
/// Counters of a table. OpenFlow 1.0 to 1.2 send some of its features along, which is what <see cref="Features"/> is for.
/// </summary>
public sealed record TableStatistics(byte Table, uint ActiveCount, ulong LookupCount, ulong MatchedCount)
{
    public TableFeatures? Features { get; init; }
}
