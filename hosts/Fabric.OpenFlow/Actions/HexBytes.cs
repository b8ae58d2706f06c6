namespace Fabric.OpenFlow;

/// <summary>Immutable opaque bytes with value equality, written as OVS does: two digits each, joined by dots.</summary>
public sealed class HexBytes : IEquatable<HexBytes>
{
    private readonly byte[] _bytes;

    public HexBytes(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    public static HexBytes Empty { get; } = new([]);

    public int Size => _bytes.Length;

    public ReadOnlySpan<byte> Span => _bytes;

    public bool Equals(HexBytes? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as HexBytes);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join('.', _bytes.Select(b => $"{b:x2}"));
}
