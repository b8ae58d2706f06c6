namespace Fabric.Wire;

/// <summary>Reads neighbour discovery options one by one (RFC 4861 section 4.6).</summary>
public ref struct NeighbourOptionReader
{
    public const byte SourceLinkLayer = 1;
    public const byte TargetLinkLayer = 2;
    public const byte PrefixInformation = 3;
    public const byte Mtu = 5;

    private ReadOnlySpan<byte> _rest;

    public NeighbourOptionReader(ReadOnlySpan<byte> options) => _rest = options;

    /// <summary>True after an option of length zero, or one that does not fit: such a message is discarded (section 4.6).</summary>
    public bool IsMalformed { get; private set; }

    /// <param name="data">Without type and length: 6 bytes, 14, 22, …</param>
    public bool TryRead(out byte type, out ReadOnlySpan<byte> data)
    {
        type = 0;
        data = default;
        if (_rest.Length == 0) return false;
        var size = _rest.Length < 2 ? 0 : _rest[1] * 8;
        if (size == 0 || size > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return false;
        }

        type = _rest[0];
        data = _rest[2..size];
        _rest = _rest[size..];
        return true;
    }
}
