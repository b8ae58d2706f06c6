using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// One entry of an MPLS label stack (RFC 3032 section 2.1) and what follows it: the next entry unless it is the bottom one.
/// </summary>
public readonly ref struct MplsView
{
    public const int Size = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private MplsView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The 32 bits of the entry.</summary>
    public uint Word => ReadUInt32BigEndian(_bytes);

    public uint Label => Word >> 12;

    /// <summary>3 bits (RFC 5462: once "EXP").</summary>
    public byte TrafficClass => (byte)(Word >> 9 & 7);

    public bool IsBottom => (Word & 0x100) != 0;

    public byte Ttl => (byte)Word;

    public ReadOnlySpan<byte> Rest => _bytes[Size..];

    public static bool TryParse(ReadOnlySpan<byte> bytes, out MplsView view)
    {
        if (bytes.Length < Size)
        {
            view = default;
            return false;
        }

        view = new MplsView(bytes);
        return true;
    }
}
