using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// GRE header (RFC 2784) with the key and sequence fields of RFC 2890; NVGRE (RFC 7637 section 3.2) is the form with a key only.
/// </summary>
public readonly ref struct GreView
{
    public const int MinSize = 4;

    /// <summary>Header with a key, as NVGRE has it.</summary>
    public const int NvgreSize = 8;

    private const ushort ChecksumBit = 0x8000;
    private const ushort RoutingBit = 0x4000;
    private const ushort KeyBit = 0x2000;
    private const ushort SequenceBit = 0x1000;

    private readonly ReadOnlySpan<byte> _bytes;

    private GreView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Version => (byte)(_bytes[1] & 7);

    public bool HasChecksum => (Word & ChecksumBit) != 0;

    public bool HasKey => (Word & KeyBit) != 0;

    public bool HasSequence => (Word & SequenceBit) != 0;

    public ushort ProtocolType => ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>0 when there is none.</summary>
    public uint Key => HasKey ? ReadUInt32BigEndian(_bytes[(HasChecksum ? 8 : 4)..]) : 0;

    public uint Sequence => HasSequence ? ReadUInt32BigEndian(_bytes[(HeaderSize - 4)..]) : 0;

    /// <summary>NVGRE: virtual subnet id, the upper 24 bits of the key.</summary>
    public uint Vsid => Key >> 8;

    /// <summary>NVGRE: entropy of the inner flow, the lower 8 bits of the key.</summary>
    public byte FlowId => (byte)Key;

    public int HeaderSize => SizeOf(Word);

    public bool IsChecksumCorrect => !HasChecksum || InternetChecksum.Compute(_bytes) == 0;

    public ReadOnlySpan<byte> Payload => _bytes[HeaderSize..];

    private ushort Word => ReadUInt16BigEndian(_bytes);

    /// <summary>False when cut short, or with the source route of RFC 1701, which RFC 2784 section 2.3 lets a receiver refuse.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out GreView view)
    {
        view = default;
        if (bytes.Length < MinSize) return false;
        var word = ReadUInt16BigEndian(bytes);
        if ((word & RoutingBit) != 0 || bytes.Length < SizeOf(word)) return false;
        view = new GreView(bytes);
        return true;
    }

    private static int SizeOf(ushort word) =>
        MinSize + ((word & ChecksumBit) != 0 ? 4 : 0) + ((word & KeyBit) != 0 ? 4 : 0) + ((word & SequenceBit) != 0 ? 4 : 0);
}
