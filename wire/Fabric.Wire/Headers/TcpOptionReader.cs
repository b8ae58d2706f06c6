namespace Fabric.Wire;

/// <summary>Reads TCP options one by one (RFC 9293 section 3.2).</summary>
public ref struct TcpOptionReader
{
    public const byte MaximumSegmentSize = 2;

    /// <summary>RFC 7323 section 2.2.</summary>
    public const byte WindowScale = 3;

    /// <summary>RFC 2018 section 2.</summary>
    public const byte SackPermitted = 4;

    /// <summary>RFC 7323 section 3.2.</summary>
    public const byte Timestamps = 8;

    private const byte EndOfList = 0;
    private const byte NoOperation = 1;

    private ReadOnlySpan<byte> _rest;

    internal TcpOptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>True after an option whose length does not fit: the reader stopped there.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The next option other than padding.</summary>
    public bool TryRead(out byte kind, out ReadOnlySpan<byte> data)
    {
        kind = 0;
        data = default;
        while (_rest.Length > 0 && _rest[0] == NoOperation) _rest = _rest[1..];
        if (_rest.Length == 0 || _rest[0] == EndOfList) return false;
        if (_rest.Length < 2 || _rest[1] < 2 || _rest[1] > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        kind = _rest[0];
        data = _rest[2.._rest[1]];
        _rest = _rest[_rest[1]..];
        return true;
    }
}
