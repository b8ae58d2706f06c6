using System.Text.Json.Serialization;

namespace Fabric.Topology;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true,
    NewLine = "\n",
    UseStringEnumConverter = true,
    Converters = [typeof(AddressConverter), typeof(SubnetConverter), typeof(ComparisonConverter)])]
[JsonSerializable(typeof(FabricTopology))]
internal sealed partial class TopologyJsonContext : JsonSerializerContext;
