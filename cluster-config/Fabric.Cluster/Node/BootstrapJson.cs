using System.Text.Json.Serialization;

namespace Fabric.Cluster;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BootstrapView))]
internal sealed partial class BootstrapJson : JsonSerializerContext;
