using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>
/// An answer, or one part of it. A list may be as long as it likes: <c>MessageCodec</c> cuts it into messages of less
/// than 64 kB. What was read says in <see cref="HasMore"/> whether other parts follow.
/// </summary>
public abstract record MultipartReply : OpenFlowMessage
{
    public bool HasMore { get; init; }
}

/// <summary>Texts of at most 255 bytes (<paramref name="SerialNumber"/> 31).</summary>
public sealed record SwitchDescriptionReply(
    string Manufacturer, string Hardware, string Software, string SerialNumber, string Datapath) : MultipartReply;

/// <summary>Rules; there may be so many that they are written part by part, while the peer reads those before.</summary>
public sealed record RuleStatisticsReply(IReadOnlyList<RuleStatistics> Rules) : MultipartReply
{
    /// <summary>If given, each time the reply is written is the next part of it.</summary>
    public ListPlace? Place { get; init; }

    /// <summary>Something is left to write.</summary>
    public bool IsUnfinished => Place is { } place && place.Next < Rules.Count;
}

/// <summary>All ones is "unknown".</summary>
public sealed record AggregateReply(ulong PacketCount, ulong ByteCount, uint RuleCount) : MultipartReply;

public sealed record TableStatisticsReply(IReadOnlyList<TableStatistics> Tables) : MultipartReply;

public sealed record PortStatisticsReply(IReadOnlyList<PortStatistics> Ports) : MultipartReply;

public sealed record QueueStatisticsReply(IReadOnlyList<QueueCounters> Queues) : MultipartReply;

public sealed record GroupStatisticsReply(IReadOnlyList<GroupStatistics> Groups) : MultipartReply;

public sealed record GroupDescriptionReply(IReadOnlyList<GroupDescription> Groups) : MultipartReply;

public sealed record GroupFeaturesReply(GroupFeatures Features) : MultipartReply;

public sealed record MeterStatisticsReply(IReadOnlyList<MeterStatistics> Meters) : MultipartReply;

/// <summary>Meters as the request that made them (their command is "add").</summary>
public sealed record MeterConfigurationReply(IReadOnlyList<MeterMod> Meters) : MultipartReply;

public sealed record MeterFeaturesReply(MeterFeatures Features) : MultipartReply;

public sealed record TableFeaturesReply(IReadOnlyList<TableFeatures> Tables) : MultipartReply;

public sealed record TableDescriptionReply(IReadOnlyList<TableDescription> Tables) : MultipartReply;

public sealed record PortDescriptionReply(IReadOnlyList<PortDescription> Ports) : MultipartReply;

/// <summary>Up to OpenFlow 1.3 a message of its own, and then all queues are of <paramref name="Port"/>.</summary>
public sealed record QueueConfigurationReply(OfpPort Port, IReadOnlyList<QueueConfiguration> Queues) : MultipartReply;

public sealed record FlowMonitorReply(IReadOnlyList<FlowUpdate> Updates) : MultipartReply;
