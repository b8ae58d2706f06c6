using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>VXLAN header with a valid VNI; a null group policy leaves those bits zero, as RFC 7348 wants.</summary>
public readonly record struct VxlanHeader(uint Vni, ushort? GroupPolicyId = null, byte GroupPolicyFlags = 0)
{
    public static VxlanHeader Parse(VxlanView view) =>
        view.HasGroupPolicy ? new(view.Vni, view.GroupPolicyId, view.GroupPolicyFlags) : new(view.Vni);

    /// <summary>Writes 8 bytes, the reserved ones zero.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt32BigEndian(destination[4..], Vni << 8);
        WriteUInt32BigEndian(destination, (uint)VxlanView.VniFlag << 24);
        if (GroupPolicyId is not { } policy) return;
        destination[0] |= VxlanView.GroupPolicyFlag;
        destination[1] = (byte)(GroupPolicyFlags & 0x48);
        WriteUInt16BigEndian(destination[2..], policy);
    }
}
