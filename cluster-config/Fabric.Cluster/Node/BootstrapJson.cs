using System.Text.Json.Serialization;

namespace Fabric.Cluster;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BootstrapView))]
internal sealed partial class BootstrapJson : JsonSerializerContext;
