using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>A question whose answer may take several messages (<c>OFPT_STATS_REQUEST</c>, <c>OFPT_MULTIPART_REQUEST</c>).</summary>
public abstract record MultipartRequest : OpenFlowMessage;

public sealed record SwitchDescriptionRequest : MultipartRequest;

/// <summary>Rules that <paramref name="Filter"/> covers, each.</summary>
public sealed record RuleStatisticsRequest(RuleFilter Filter) : MultipartRequest;

/// <summary>The same rules, summed.</summary>
public sealed record AggregateRequest(RuleFilter Filter) : MultipartRequest;

public sealed record TableStatisticsRequest : MultipartRequest;

/// <param name="Port"><see cref="OfpPort.None"/> is all.</param>
public sealed record PortStatisticsRequest(OfpPort Port) : MultipartRequest;

/// <param name="Port"><see cref="OfpPort.None"/> is all.</param>
/// <param name="Queue">Null is all.</param>
public sealed record QueueStatisticsRequest(OfpPort Port, uint? Queue) : MultipartRequest;

/// <param name="GroupId"><see cref="GroupMod.AllGroups"/> is all.</param>
public sealed record GroupStatisticsRequest(uint GroupId) : MultipartRequest;

/// <param name="GroupId">Only OpenFlow 1.5 and the extension to 1.0 can ask for one.</param>
public sealed record GroupDescriptionRequest(uint GroupId = GroupMod.AllGroups) : MultipartRequest;

public sealed record GroupFeaturesRequest : MultipartRequest;

/// <param name="MeterId"><see cref="MeterMod.AllMeters"/> is all.</param>
public sealed record MeterStatisticsRequest(uint MeterId) : MultipartRequest;

/// <inheritdoc cref="MeterStatisticsRequest"/>
public sealed record MeterConfigurationRequest(uint MeterId) : MultipartRequest;

public sealed record MeterFeaturesRequest : MultipartRequest;

/// <param name="Changes">Empty to ask only; else the features to set, which may come in several messages.</param>
public sealed record TableFeaturesRequest(IReadOnlyList<TableFeatures> Changes) : MultipartRequest;

public sealed record TableDescriptionRequest : MultipartRequest;

/// <param name="Port"><see cref="OfpPort.None"/> is all; only OpenFlow 1.5 can ask for one.</param>
public sealed record PortDescriptionRequest(OfpPort Port) : MultipartRequest;

/// <summary>The queries of one message stand or fall together.</summary>
public sealed record FlowMonitorRequest(IReadOnlyList<FlowMonitorQuery> Queries) : MultipartRequest;

/// <param name="IsPerFlow">For flow-based exporters, else for the bridge's own.</param>
public sealed record IpfixStatisticsRequest(bool IsPerFlow) : MultipartRequest;
