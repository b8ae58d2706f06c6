namespace Fabric.Wire;

/// <summary>
/// Walks a list of kind–length options, the form that IPv4 (RFC 791 section 3.1) and TCP (RFC 9293 section 3.1) share: kind 0 ends the
/// list, kind 1 is one byte of padding, any other is followed by its length, both bytes included.
/// </summary>
internal ref struct OptionList(ReadOnlySpan<byte> options)
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;

    private ReadOnlySpan<byte> _rest = options;

    /// <summary>True after an option whose length does not fit: the walk stopped there.</summary>
    public bool IsMalformed { get; private set; }

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
