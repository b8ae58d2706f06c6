using System.Buffers.Text;
using System.Text;

namespace Fabric.Ovsdb;

/// <summary>
/// JSON text under construction, byte for byte as ovsdb-server writes it: no white space, only control characters, quotes and backslashes
/// escaped. (System.Text.Json's writer escapes more, whatever its encoder.)
/// </summary>
public sealed class JsonBuffer
{
    private static ReadOnlySpan<byte> Hex => "0123456789abcdef"u8;

    private byte[] _bytes = new byte[256];

    public int Size { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Size);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Size);

    public byte[] ToArray() => Written.ToArray();

    public override string ToString() => Encoding.UTF8.GetString(Written);

    /// <summary>Forgets everything but the first bytes.</summary>
    public void Truncate(int size) => Size = Math.Min(size, Size);

    /// <summary>Forgets everything; an array larger than this is given back rather than kept for the next small text.</summary>
    public void Clear(int keptSize = 1 << 20)
    {
        Size = 0;
        if (_bytes.Length > keptSize) _bytes = new byte[256];
    }

    public void Append(byte value)
    {
        Reserve(1);
        _bytes[Size++] = value;
    }

    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Size += utf8.Length;
    }

    public void AppendInteger(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out int count);
        Size += count;
    }

    public void AppendReal(double value) => AppendAscii(RealText.Format(value));

    public void AppendBoolean(bool value) => Append(value ? "true"u8 : "false"u8);

    /// <summary>The 36 characters alone, without quotes.</summary>
    public void AppendUuidText(Guid uuid)
    {
        Utf8Formatter.TryFormat(uuid, Reserve(UuidText.Length), out int count);
        Size += count;
    }

    /// <summary><c>["uuid","…"]</c></summary>
    public void AppendUuid(Guid uuid)
    {
        Append("[\"uuid\",\""u8);
        AppendUuidText(uuid);
        Append("\"]"u8);
    }

    /// <summary>A quoted string.</summary>
    public void AppendString(string text)
    {
        Append((byte)'"');
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] >= ' ' && text[i] is not ('"' or '\\')) continue;
            AppendRaw(text.AsSpan(start, i - start));
            AppendEscape(text[i]);
            start = i + 1;
        }

        AppendRaw(text.AsSpan(start));
        Append((byte)'"');
    }

    private void AppendEscape(char c)
    {
        switch (c)
        {
            case '"': Append("\\\""u8); break;
            case '\\': Append("\\\\"u8); break;
            case '\b': Append("\\b"u8); break;
            case '\t': Append("\\t"u8); break;
            case '\n': Append("\\n"u8); break;
            case '\f': Append("\\f"u8); break;
            case '\r': Append("\\r"u8); break;
            default:
                Append("\\u00"u8);
                Append(Hex[c >> 4]);
                Append(Hex[c & 15]);
                break;
        }
    }

    private void AppendAscii(string text) => AppendRaw(text);

    private void AppendRaw(ReadOnlySpan<char> text) =>
        Size += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    private Span<byte> Reserve(int size)
    {
        if (Size + size > _bytes.Length) Array.Resize(ref _bytes, Math.Max(Size + size, _bytes.Length * 2));
        return _bytes.AsSpan(Size);
    }
}
