using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fabric.Topology;

/// <summary>The JSON schema of topology files, published as <c>cluster-config/fabric.schema.json</c> for editors.</summary>
public static class TopologySchema
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The file's text, with a newline at its end.</summary>
    public static string Write()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "Fabric topology");
            WriteRule(json, TopologyFormat.Root);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteRule(Utf8JsonWriter json, ValueRule rule)
    {
        switch (rule.Shape)
        {
            case ValueShape.Map or ValueShape.Verb:
                WriteMap(json, rule);
                break;
            case ValueShape.ByName:
                json.WriteString("type", "object");
                json.WriteStartObject("propertyNames");
                json.WriteString("pattern", NamePatternText);
                json.WriteEndObject();
                WriteNested(json, "additionalProperties", rule.Item!);
                break;
            case ValueShape.List:
                WriteList(json, rule);
                break;
            case ValueShape.OneOrMany:
                json.WriteStartArray("oneOf");
                json.WriteStartObject();
                WriteRule(json, rule.Item!);
                json.WriteEndObject();
                json.WriteStartObject();
                WriteList(json, rule);
                json.WriteEndObject();
                json.WriteEndArray();
                break;
            default:
                WriteScalar(json, rule);
                break;
        }
    }

    private const string NamePatternText = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";

    private static void WriteMap(Utf8JsonWriter json, ValueRule rule)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        if (rule.Shape == ValueShape.Verb)
        {
            json.WriteNumber("minProperties", 1);
            json.WriteNumber("maxProperties", 1);
        }

        string[] required = [.. rule.Keys.Where(k => k.IsRequired).Select(k => k.Name)];
        if (required.Length > 0)
        {
            json.WriteStartArray("required");
            foreach (string name in required)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteStartObject("properties");
        foreach (var key in rule.Keys.Where(k => !k.IsLater))
        {
            json.WriteStartObject(key.Name);
            json.WriteString("description", key.Says);
            WriteRule(json, key.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ValueRule rule)
    {
        json.WriteString("type", "array");
        if (rule.Min > 0)
            json.WriteNumber("minItems", rule.Min);
        WriteNested(json, "items", rule.Item!);
    }

    private static void WriteNested(Utf8JsonWriter json, string key, ValueRule rule)
    {
        json.WriteStartObject(key);
        WriteRule(json, rule);
        json.WriteEndObject();
    }

    private static void WriteScalar(Utf8JsonWriter json, ValueRule rule)
    {
        switch (rule.Shape)
        {
            case ValueShape.Integer:
                json.WriteString("type", "integer");
                json.WriteNumber("minimum", rule.Min);
                json.WriteNumber("maximum", rule.Max);
                return;
            case ValueShape.Choice:
                json.WriteStartArray("enum");
                foreach (string choice in rule.Choices)
                    json.WriteStringValue(choice);
                json.WriteEndArray();
                return;
            case ValueShape.Switch:
                json.WriteStartArray("enum");
                json.WriteBooleanValue(true);
                json.WriteBooleanValue(false);
                json.WriteStringValue("on");
                json.WriteStringValue("off");
                json.WriteEndArray();
                return;
            case ValueShape.Comparison:
                WriteTypes(json, "string", "number");
                return;
            case ValueShape.Name:
                // YAML reads a bare number as such; here it is a name like any other.
                WriteTypes(json, "string", "integer");
                break;
            default:
                json.WriteString("type", "string");
                break;
        }

        if (Pattern(rule.Shape) is { } pattern)
            json.WriteString("pattern", pattern);
    }

    private static void WriteTypes(Utf8JsonWriter json, params IReadOnlyList<string> types)
    {
        json.WriteStartArray("type");
        foreach (string type in types)
            json.WriteStringValue(type);
        json.WriteEndArray();
    }

    private static string? Pattern(ValueShape shape) => shape switch
    {
        ValueShape.Name => NamePatternText,
        ValueShape.NameRange => @"^[A-Za-z0-9][A-Za-z0-9._-]*$|^[A-Za-z0-9._-]*\{[0-9]{1,6}\.\.[0-9]{1,6}\}[A-Za-z0-9._-]*$",
        ValueShape.Pattern => @"^[A-Za-z0-9*][A-Za-z0-9._*-]*$",
        ValueShape.Duration => @"^[0-9]+(\.[0-9]+)?\s*(us|ms|s|m|h)$",
        ValueShape.Rate => "^[1-9][0-9]*[MG]$",
        ValueShape.Ipv4Address => @"^[0-9]{1,3}(\.[0-9]{1,3}){3}$",
        ValueShape.Ipv4Subnet => @"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$",
        ValueShape.Subnet => "^[0-9A-Fa-f.:]+/[0-9]{1,3}$",
        ValueShape.Address => "^[0-9A-Fa-f.:]+$",
        ValueShape.Mac => "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$",
        ValueShape.MacPrefix => "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){2}$",
        _ => null,
    };
}
