using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Fabric.Agent;

/// <summary>
/// One client's connection to a daemon's control socket: bytes in, requests out; replies in, bytes out. Requests and replies are JSON-RPC
/// texts that follow each other without any delimiter.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>U1: how the bytes were cut into pieces does not matter.</item>
/// <item>U2: a text that is not a request (not JSON, an array, a reply, no method, no parameters, a null id) ends the connection, and
/// nothing behind it is read.</item>
/// <item>U3: a request larger than <see cref="MaxRequestSize"/>, or nested deeper than <see cref="MaxDepth"/>, ends the connection before
/// it is complete; what is kept of it is bounded by the same size.</item>
/// </list>
/// </summary>
public sealed class UnixctlSession
{
    public const int MaxRequestSize = 1 << 20;
    public const int MaxDepth = 16;

    private readonly ArrayBufferWriter<byte> _text = new(256);
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>No more is read; what was asked before is still answered.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Adds the requests that these bytes complete to <paramref name="requests"/>.</summary>
    public void Receive(ReadOnlySpan<byte> bytes, ICollection<UnixctlRequest> requests)
    {
        for (var i = 0; i < bytes.Length && !IsClosed; i++)
        {
            var start = i;
            while (i < bytes.Length && !Ends(bytes[i])) i++;
            var ended = i < bytes.Length;
            _text.Write(bytes[start..(ended ? i + 1 : i)]);
            if (_text.WrittenCount > MaxRequestSize || _depth > MaxDepth) IsClosed = true;
            else if (ended) Complete(requests);
        }
    }

    /// <summary>The bytes of an answer.</summary>
    public static byte[] Format(string id, UnixctlReply reply)
    {
        var text = reply.Text.Length == 0 || reply.Text[^1] == '\n' ? reply.Text : reply.Text + "\n";
        var json = new StringBuilder("{\"id\":").Append(id).Append(reply.IsError ? ",\"error\":" : ",\"result\":");
        Quote(json, text);
        return Encoding.UTF8.GetBytes(json.Append(reply.IsError ? "}" : ",\"error\":null}").ToString());
    }

    /// <summary>Is this byte the last of a text, as far as brackets tell? Whatever is not inside brackets is a text of one byte, which then
    /// fails to parse; white space is not.</summary>
    private bool Ends(byte c)
    {
        if (_inString)
        {
            if (_escaped) _escaped = false;
            else if (c == '\\') _escaped = true;
            else if (c == '"') _inString = false;
            return false;
        }

        switch (c)
        {
            case (byte)'"' when _depth > 0:
                _inString = true;
                return false;
            case (byte)'{' or (byte)'[':
                return ++_depth > MaxDepth;
            case (byte)'}' or (byte)']':
                return --_depth <= 0;
            case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                return false;
            default:
                return _depth == 0;
        }
    }

    private void Complete(ICollection<UnixctlRequest> requests)
    {
        if (Parse(_text.WrittenMemory) is { } request) requests.Add(request);
        else IsClosed = true;
        _text.ResetWrittenCount();
        _depth = 0;
    }

    private static UnixctlRequest? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("method", out var method) || method.ValueKind != JsonValueKind.String
                || !root.TryGetProperty("params", out var parameters) || parameters.ValueKind != JsonValueKind.Array
                || !root.TryGetProperty("id", out var id) || id.ValueKind == JsonValueKind.Null) return null;
            return new UnixctlRequest(
                id.GetRawText(), method.GetString()!,
                [.. parameters.EnumerateArray().Select(p => p.ValueKind == JsonValueKind.String ? p.GetString() : null)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is not UTF-8 or half of a surrogate pair.
            return null;
        }
    }

    /// <summary>As OVS writes strings: control characters escaped, everything else as it is.</summary>
    private static void Quote(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\n' => json.Append("\\n"),
                '\t' => json.Append("\\t"),
                '\r' => json.Append("\\r"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                < ' ' => json.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}
