using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// Reads the records of an OVSDB file one by one until its end or the first that is broken, which is where a writer has to go on: a crash
/// in the middle of a write leaves the last record cut off. Texts are those of ovsdb/log.c.
/// </summary>
/// <param name="name">Names the file in errors.</param>
public sealed class LogReader(ReadOnlyMemory<byte> log, string name)
{
    private int _previous;

    /// <summary>Where the last good record ends, in bytes from the start.</summary>
    public int GoodSize { get; private set; }

    /// <returns>False at the end of the file, and with <paramref name="error"/> at a broken record.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> json, out OvsdbError? error)
    {
        (json, error) = (default, null);
        ReadOnlySpan<byte> rest = log.Span[GoodSize..];
        if (rest.IsEmpty) return false;

        ReadOnlySpan<byte> start = rest[..Math.Min(rest.Length, LogFormat.MaxHeaderSize)];
        int end = start.IndexOf((byte)'\n');
        if (end < 0 || !LogFormat.TryParseHeader(start[..end], out long size, out string sha1))
        {
            string line = Encoding.UTF8.GetString(end < 0 ? start : start[..end]);
            error = new OvsdbError("syntax error", $"{name}: parse error at offset {GoodSize} in header line \"{line}\"");
            return false;
        }

        int offset = GoodSize + end + 1;
        if (log.Length - offset < size)
        {
            error = new OvsdbError("I/O error", $"{name}: error reading {size} bytes starting at offset {offset} (End of file)");
            return false;
        }

        ReadOnlyMemory<byte> body = log.Slice(offset, (int)size);
        error = Check(body, offset, sha1);
        if (error is not null) return false;
        (_previous, GoodSize) = (GoodSize, offset + (int)size);
        json = body;
        return true;
    }

    /// <summary>Takes the last record back: well-formed, but its content makes no sense, so that a writer has to overwrite it.</summary>
    public void Unread() => GoodSize = _previous;

    private OvsdbError? Check(ReadOnlyMemory<byte> body, int offset, string expected)
    {
        string where = $"{name}: {body.Length} bytes starting at offset {offset}";
        string actual = Convert.ToHexStringLower(SHA1.HashData(body.Span));
        if (actual != expected) return new OvsdbError("syntax error", $"{where} have SHA-1 hash {actual} but should have hash {expected}");
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, JsonAccess.Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? null
                : new OvsdbError("syntax error", $"{where} are not a JSON object");
        }
        catch (JsonException broken)
        {
            return new OvsdbError("syntax error", $"{where} are not valid JSON ({broken.Message})");
        }
    }
}
