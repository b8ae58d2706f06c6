using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>JSON-RPC messages that the server sends, as bytes.</summary>
internal static class RpcText
{
    public static readonly byte[] EmptyObject = "{}"u8.ToArray();

    /// <summary>The question of <see cref="LivenessProbe"/> (jsonrpc_session_run in lib/jsonrpc.c).</summary>
    public static readonly byte[] Probe = """{"id":"echo","method":"echo","params":[]}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Reply(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        ReadOnlySpan<byte> head = "{\"id\":"u8, middle = ",\"result\":"u8, tail = ",\"error\":null}"u8;
        byte[] message = new byte[head.Length + id.Length + middle.Length + result.Length + tail.Length];
        Span<byte> rest = message;
        Put(ref rest, head);
        Put(ref rest, id);
        Put(ref rest, middle);
        Put(ref rest, result);
        Put(ref rest, tail);
        return message;
    }

    /// <summary>An error reply. ovsdb-server sends it without a "result" member (jsonrpc_create_error).</summary>
    public static ReadOnlyMemory<byte> Error(ReadOnlySpan<byte> id, OvsdbError error)
    {
        var json = Begin(id);
        json.Append(",\"error\":"u8);
        error.WriteTo(json);
        json.Append((byte)'}');
        return json.WrittenMemory;
    }

    /// <summary>An error reply whose error is a bare string.</summary>
    public static ReadOnlyMemory<byte> Error(ReadOnlySpan<byte> id, string error)
    {
        var json = Begin(id);
        json.Append(",\"error\":"u8);
        json.AppendString(error);
        json.Append((byte)'}');
        return json.WrittenMemory;
    }

    /// <summary>A notification with one string as its parameter.</summary>
    public static ReadOnlyMemory<byte> Notification(string method, string parameter)
    {
        var json = new JsonBuffer();
        json.AppendString(parameter);
        return Notification(method, json.Written);
    }

    /// <summary>A notification with one JSON value as its parameter.</summary>
    public static ReadOnlyMemory<byte> Notification(string method, ReadOnlySpan<byte> parameter)
    {
        var json = new JsonBuffer();
        json.Append("{\"id\":null,\"method\":"u8);
        json.AppendString(method);
        json.Append(",\"params\":["u8);
        json.Append(parameter);
        json.Append("]}"u8);
        return json.WrittenMemory;
    }

    /// <summary>"syntax error" about an element of a request, in ovsdb-server's form.</summary>
    public static OvsdbError Syntax(JsonElement element, string details, string error = "syntax error") =>
        new(error, details, element.ValueKind == JsonValueKind.Undefined ? null : JsonEcho.Of(element));

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static JsonBuffer Begin(ReadOnlySpan<byte> id)
    {
        var json = new JsonBuffer();
        json.Append("{\"id\":"u8);
        json.Append(id);
        return json;
    }
}
