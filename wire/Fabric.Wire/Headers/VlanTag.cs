using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

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
