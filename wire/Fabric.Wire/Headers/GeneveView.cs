using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>GENEVE header with its options (RFC 8926 section 3.4).</summary>
public readonly ref struct GeneveView
{
    /// <summary>Header without options.</summary>
    public const int MinSize = 8;
    public const ushort UdpPort = 6081;

    /// <summary>The 6-bit length field counts 4-byte words.</summary>
    public const int MaxOptionsSize = 252;

    private readonly ReadOnlySpan<byte> _bytes;

    private GeneveView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Version => (byte)(_bytes[0] >> 6);

    public int OptionsSize => (_bytes[0] & 0x3f) * 4;

    /// <summary>O: a control packet, not tenant data.</summary>
    public bool IsControl => (_bytes[1] & 0x80) != 0;

    /// <summary>C: at least one option is critical.</summary>
    public bool HasCriticalOptions => (_bytes[1] & 0x40) != 0;

    public ushort ProtocolType => ReadUInt16BigEndian(_bytes[2..]);

    public uint Vni => ReadUInt32BigEndian(_bytes[4..]) >> 8;

    public ReadOnlySpan<byte> OptionBytes => _bytes[MinSize..(MinSize + OptionsSize)];

    public GeneveOptionReader Options => new(OptionBytes);

    public ReadOnlySpan<byte> Payload => _bytes[(MinSize + OptionsSize)..];

    /// <summary>False when header or options are cut short. The version is the caller's to judge.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out GeneveView view)
    {
        if (bytes.Length < MinSize || bytes.Length < MinSize + (bytes[0] & 0x3f) * 4)
        {
            view = default;
            return false;
        }

        view = new GeneveView(bytes);
        return true;
    }
}
