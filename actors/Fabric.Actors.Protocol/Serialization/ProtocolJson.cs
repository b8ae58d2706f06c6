using System.Text.Json.Serialization;

namespace Fabric.Actors.Protocol;

/// <summary>Source-generated JSON of every message that crosses nodes or enters the journal.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EnsureServer))]
[JsonSerializable(typeof(StopServer))]
[JsonSerializable(typeof(ProbeServer))]
[JsonSerializable(typeof(NeedPlan))]
[JsonSerializable(typeof(InspectServer))]
[JsonSerializable(typeof(ServerReport))]
[JsonSerializable(typeof(GetFlows))]
[JsonSerializable(typeof(FlowsReply))]
[JsonSerializable(typeof(RunPing))]
[JsonSerializable(typeof(PingReply))]
[JsonSerializable(typeof(CountForeign))]
[JsonSerializable(typeof(ForeignCount))]
[JsonSerializable(typeof(SendTraced))]
[JsonSerializable(typeof(TracedSent))]
[JsonSerializable(typeof(NeedsResolution))]
[JsonSerializable(typeof(FindVm))]
[JsonSerializable(typeof(VmLocation))]
[JsonSerializable(typeof(Deploy))]
[JsonSerializable(typeof(Deployed))]
[JsonSerializable(typeof(GetTopology))]
[JsonSerializable(typeof(TopologyReply))]
[JsonSerializable(typeof(GetSummary))]
[JsonSerializable(typeof(FabricSummary))]
[JsonSerializable(typeof(RequestRefused))]
[JsonSerializable(typeof(TopologyDeclared))]
[JsonSerializable(typeof(Placement))]
[JsonSerializable(typeof(NodeEntry))]
[JsonSerializable(typeof(TraceBegin))]
[JsonSerializable(typeof(TraceBegun))]
[JsonSerializable(typeof(TraceCollect))]
[JsonSerializable(typeof(TraceSteps))]
[JsonSerializable(typeof(DatabaseRecords))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
