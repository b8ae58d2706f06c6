namespace Fabric.Wire;

/// <summary>Reads the options of an IPv4 header one by one (RFC 791 section 3.1).</summary>
public ref struct Ipv4OptionReader
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;

    private ReadOnlySpan<byte> _rest;

    internal Ipv4OptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>True after an option whose length does not fit: the reader stopped there.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The next option other than padding.</summary>
    /// <param name="type">Copied flag, class and number.</param>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        while (_rest.Length > 0 && _rest[0] == NoOperation) _rest = _rest[1..];
        if (_rest.Length == 0 || _rest[0] == EndOfList) return false;
        if (_rest.Length < 2 || _rest[1] < 2 || _rest[1] > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        type = _rest[0];
        data = _rest[2.._rest[1]];
        _rest = _rest[_rest[1]..];
        return true;
    }
}
