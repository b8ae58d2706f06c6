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

/// <summary>One VLAN tag.</summary>
/// <param name="Priority">0 to 7 (PCP).</param>
/// <param name="Id">0 (priority tag only) to 4094.</param>
public readonly record struct VlanTag(ushort Tpid, byte Priority, bool DropEligible, ushort Id)
{
    public ushort Tci => (ushort)(Priority << 13 | (DropEligible ? 0x1000 : 0) | Id);

    public static VlanTag Parse(VlanView view) =>
        new(view.Tpid, (byte)(view.Tci >> 13), (view.Tci & 0x1000) != 0, (ushort)(view.Tci & 0xfff));

    /// <summary>Writes tag protocol id and tag control information: 4 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt16BigEndian(destination[2..], Tci);
        WriteUInt16BigEndian(destination, Tpid);
    }
}
