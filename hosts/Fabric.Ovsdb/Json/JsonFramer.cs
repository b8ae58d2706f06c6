namespace Fabric.Ovsdb;

/// <summary>
/// Cuts a stream of bytes into JSON texts: objects or arrays one after the other, with nothing or white space between, as JSON-RPC over
/// a stream has them (RFC 7047, 4). It reads every byte once, wherever the stream was cut, and remembers where it stands, so that a peer
/// which sends one byte at a time costs no more than one that sends all at once.
///
/// 1. What leaves it is well-formed in grammar and escapes, and its depth is bounded. Strings may hold bytes that are not UTF-8, as in
///    ovsdb-server, which finds that when it stores them.
/// 2. The first wrong byte is final: nothing behind it is looked at, and <see cref="Error"/> says what was wrong, as ovsdb-server logs it.
/// 3. It holds at most one unfinished text of the permitted size, and what the peer sent behind finished ones.
/// 4. With nothing unfinished it holds no buffer worth mentioning.
/// </summary>
public sealed class JsonFramer(int maxTextSize = JsonFramer.MaxTextSize, int maxDepth = JsonFramer.MaxDepth)
{
    /// <summary>The largest text by default, in bytes.</summary>
    public const int MaxTextSize = 16 * 1024 * 1024;

    /// <summary>The deepest nesting by default: JSON_MAX_HEIGHT of lib/json.h.</summary>
    public const int MaxDepth = 1000;

    private const int KeptBufferSize = 4096;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private JsonGrammar _grammar = new(maxDepth);

    /// <summary>Why the stream is unusable from here on; null while it is fine.</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes received and not handed out yet.</summary>
    public int BufferedSize => _end - _start;

    /// <summary>Takes in the next bytes of the stream, which are copied. They are looked at by <see cref="TryTake"/>.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Error is not null || bytes.IsEmpty) return;
        MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>
    /// Hands out the next complete text. The memory stays valid until the next call of <see cref="Append"/> or <see cref="TryTake"/>.
    /// </summary>
    public bool TryTake(out ReadOnlyMemory<byte> text)
    {
        text = default;
        if (Error is not null) return false;
        if (!_grammar.HasBegun) SkipWhiteSpace();
        int used = _grammar.Read(_buffer.AsSpan(_start + _grammar.Position, BufferedSize - _grammar.Position));
        if (_grammar.Error is { } wrong) return Fail($"byte {_grammar.Position + used}: {wrong}");
        if (_grammar.Position > maxTextSize) return Fail($"a message exceeds {maxTextSize} bytes");
        if (!_grammar.IsComplete) return Idle();

        text = _buffer.AsMemory(_start, _grammar.Position);
        _start += _grammar.Position;
        _grammar.Reset();
        return true;
    }

    private void SkipWhiteSpace()
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, BufferedSize);
        int blank = rest.IndexOfAnyExcept(" \t\r\n"u8);
        _start += blank < 0 ? rest.Length : blank;
    }

    private bool Idle()
    {
        if (BufferedSize == 0)
        {
            _start = _end = 0;
            if (_buffer.Length > KeptBufferSize) _buffer = [];
        }
        return false;
    }

    private bool Fail(string reason)
    {
        Error = reason;
        _buffer = [];
        _start = _end = 0;
        return false;
    }

    private void MakeRoom(int size)
    {
        if (_buffer.Length - _end >= size) return;
        int held = BufferedSize;
        if (_buffer.Length >= held + size && held <= _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }
        else
        {
            byte[] larger = new byte[Math.Max(held + size, Math.Min(2 * _buffer.Length, held + size + maxTextSize))];
            _buffer.AsSpan(_start, held).CopyTo(larger);
            _buffer = larger;
        }
        _start = 0;
        _end = held;
    }
}
