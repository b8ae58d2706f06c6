using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fabric.Topology;

internal sealed class ComparisonConverter : JsonConverter<Comparison>
{
    public override Comparison Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Comparison.TryParse(reader.GetString() ?? "", out var comparison) ? comparison : throw new JsonException("not a comparison");

    public override void Write(Utf8JsonWriter writer, Comparison value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
