using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// A piece of a request repeated in an error: members sorted by name, the last of duplicates, numbers as ovsdb-server prints them.
/// </summary>
internal static class JsonEcho
{
    public static string Of(JsonElement json)
    {
        var buffer = new JsonBuffer();
        Write(buffer, json);
        return buffer.ToString();
    }

    /// <summary>Recursion is bounded by the depth to which the parser let the document nest.</summary>
    public static void Write(JsonBuffer buffer, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(buffer, json); break;
            case JsonValueKind.Array: WriteArray(buffer, json); break;
            case JsonValueKind.String: buffer.AppendString(JsonAccess.Text(json)); break;
            case JsonValueKind.Number: WriteNumber(buffer, json); break;
            case JsonValueKind.True: buffer.Append("true"u8); break;
            case JsonValueKind.False: buffer.Append("false"u8); break;
            default: buffer.Append("null"u8); break;
        }
    }

    private static void WriteObject(JsonBuffer buffer, JsonElement json)
    {
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty member in json.EnumerateObject()) members[JsonAccess.Name(member)] = member.Value;
        buffer.Append((byte)'{');
        bool isFirst = true;
        foreach ((string name, JsonElement value) in members)
        {
            if (!isFirst) buffer.Append((byte)',');
            isFirst = false;
            buffer.AppendString(name);
            buffer.Append((byte)':');
            Write(buffer, value);
        }

        buffer.Append((byte)'}');
    }

    private static void WriteArray(JsonBuffer buffer, JsonElement json)
    {
        buffer.Append((byte)'[');
        bool isFirst = true;
        foreach (JsonElement element in json.EnumerateArray())
        {
            if (!isFirst) buffer.Append((byte)',');
            isFirst = false;
            Write(buffer, element);
        }

        buffer.Append((byte)']');
    }

    private static void WriteNumber(JsonBuffer buffer, JsonElement json)
    {
        if (JsonAccess.TryGetInteger(json, out long integer)) buffer.AppendInteger(integer);
        else if (JsonAccess.TryGetReal(json, out double real)) buffer.AppendReal(real);
    }
}
