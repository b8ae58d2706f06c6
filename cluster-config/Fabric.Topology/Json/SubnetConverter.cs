using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fabric.Topology;

internal sealed class SubnetConverter : JsonConverter<IPNetwork>
{
    public override IPNetwork Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SubnetText.TryParse(reader.GetString() ?? "", out var subnet, out string why) ? subnet : throw new JsonException(why);

    public override void Write(Utf8JsonWriter writer, IPNetwork value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
