using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Fabric.Actors.Protocol;
using Fabric.Cli.Up;
using Fabric.Cli.Node;
using Fabric.Cli.Render;
using Fabric.Cli.Tools;

namespace Fabric.Cli.Api;

/// <summary>The JSON of the HTTP API and of <c>--format json</c>: one shape for both, camelCase, enums as words.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(FabricStatus))]
[JsonSerializable(typeof(InspectReply))]
[JsonSerializable(typeof(IReadOnlyList<ServerState>), TypeInfoPropertyName = "Servers")]
[JsonSerializable(typeof(IReadOnlyList<VmState>), TypeInfoPropertyName = "Vms")]
[JsonSerializable(typeof(IReadOnlyList<VfState>), TypeInfoPropertyName = "Vfs")]
[JsonSerializable(typeof(IReadOnlyList<BridgeState>), TypeInfoPropertyName = "Bridges")]
[JsonSerializable(typeof(IReadOnlyList<LinkState>), TypeInfoPropertyName = "Links")]
[JsonSerializable(typeof(IReadOnlyList<HealthState>), TypeInfoPropertyName = "Health")]
[JsonSerializable(typeof(IReadOnlyList<NicState>), TypeInfoPropertyName = "Nics")]
[JsonSerializable(typeof(IReadOnlyList<NodeStatus>), TypeInfoPropertyName = "Nodes")]
[JsonSerializable(typeof(PingRequest))]
[JsonSerializable(typeof(PingReply))]
[JsonSerializable(typeof(PingMeshRequest))]
[JsonSerializable(typeof(PingMeshReply))]
[JsonSerializable(typeof(ValidateReply))]
[JsonSerializable(typeof(FirstPingsRequest))]
[JsonSerializable(typeof(FirstPingsReply))]
[JsonSerializable(typeof(FlowsReply))]
[JsonSerializable(typeof(TraceRequest))]
[JsonSerializable(typeof(TraceReply))]
[JsonSerializable(typeof(CaptureRequest))]
[JsonSerializable(typeof(CaptureLine))]
[JsonSerializable(typeof(VfChange))]
[JsonSerializable(typeof(VfReply))]
[JsonSerializable(typeof(GuestChange))]
[JsonSerializable(typeof(GuestReply))]
[JsonSerializable(typeof(DeployRequest))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(BootstrapReply))]
[JsonSerializable(typeof(TopologyReport))]
[JsonSerializable(typeof(ReadyReport))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(ServerEnvironment))]
[JsonSerializable(typeof(List<BenchLine>), TypeInfoPropertyName = "BenchLines")]
internal sealed partial class ApiJson : JsonSerializerContext
{
    private static readonly JsonWriterOptions ForPeople = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Indented JSON text of a reply.</summary>
    public static string Indented<T>(T value, JsonTypeInfo<T> type)
    {
        var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, ForPeople)) JsonSerializer.Serialize(writer, value, type);
        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
