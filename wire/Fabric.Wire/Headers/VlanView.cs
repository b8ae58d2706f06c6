using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// A VLAN tag (IEEE 802.1Q clause 9.3) at the place of the Ethernet type: tag protocol id, tag control information, next type. QinQ
/// (802.1ad) is one tag after another: parse <see cref="Rest"/> again while <see cref="NextType"/> is a tag's.
/// </summary>
public readonly ref struct VlanView
{
    /// <summary>Bytes that a tag adds to a frame.</summary>
    public const int Size = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private VlanView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort Tpid => ReadUInt16BigEndian(_bytes);

    /// <summary>Priority (3 bits), drop eligible (1), identifier (12).</summary>
    public ushort Tci => ReadUInt16BigEndian(_bytes[2..]);

    public ushort NextType => ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>From the next type on: where another tag would begin.</summary>
    public ReadOnlySpan<byte> Rest => _bytes[Size..];

    public ReadOnlySpan<byte> Payload => _bytes[(Size + 2)..];

    /// <param name="bytes">The frame from its Ethernet type on (offset 12).</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out VlanView view)
    {
        if (bytes.Length < Size + 2 || !EtherType.IsVlan(ReadUInt16BigEndian(bytes)))
        {
            view = default;
            return false;
        }

        view = new VlanView(bytes);
        return true;
    }
}
