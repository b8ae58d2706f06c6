using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Questions about groups and meters.</summary>
public sealed partial class OpenFlowSession
{
    private IEnumerable<AgentGroup> FindGroups(uint id) =>
        id == GroupMod.AllGroups ? Bridge.Tables.Groups.Groups : Bridge.Tables.Groups.Find(id) is { } group ? [group] : [];

    private OpenFlowError CountGroups(GroupStatisticsRequest request, long nowMs) => Reply(request, new GroupStatisticsReply(
    [
        .. FindGroups(request.GroupId).Select(group =>
            new GroupStatistics(group.Id, (uint)group.RuleCount, (ulong)group.Packets, (ulong)group.Bytes)
            {
                Duration = RuleDuration.OfMilliseconds(nowMs - group.CreatedMs),
                Buckets = [.. group.Buckets.Select((_, i) => Counters(group.BucketCounters(i)))],
            }),
    ]));

    private OpenFlowError ListGroups(GroupDescriptionRequest request) => Reply(request, new GroupDescriptionReply(
    [
        .. FindGroups(request.GroupId).Select(group =>
            new GroupDescription(group.Type, group.Id) { Buckets = group.Buckets, Properties = group.Properties }),
    ]));

    private OpenFlowError CountMeters(MeterStatisticsRequest request, long nowMs) =>
        FindMeters(request.MeterId) is not { } meters ? OpenFlowError.MmfcUnknownMeter
        : Reply(request, new MeterStatisticsReply([.. meters.Select(meter => Describe(meter, nowMs))]));

    private OpenFlowError ListMeters(MeterConfigurationRequest request) =>
        FindMeters(request.MeterId) is not { } meters ? OpenFlowError.MmfcUnknownMeter
        : Reply(request, new MeterConfigurationReply(
            [.. meters.Select(m => new MeterMod(MeterCommand.Add, m.Id) { Flags = m.Flags, Bands = m.Bands })]));

    private IEnumerable<AgentMeter>? FindMeters(uint id) =>
        id == MeterMod.AllMeters ? Bridge.Tables.Meters.Meters : Bridge.Tables.Meters.Find(id) is { } meter ? [meter] : null;

    private MeterStatistics Describe(AgentMeter meter, long nowMs)
    {
        var counters = _switch.Host.CountMeter(meter);
        return new MeterStatistics(meter.Id, (uint)meter.RuleCount, counters[0].PacketCount, counters[0].ByteCount)
        {
            Duration = RuleDuration.OfMilliseconds(nowMs - meter.CreatedMs),
            Bands = [.. counters.Skip(1).Take(meter.Bands.Count)],
        };
    }

    private static BucketCounters Counters((long Packets, long Bytes) counters) => new((ulong)counters.Packets, (ulong)counters.Bytes);
}
