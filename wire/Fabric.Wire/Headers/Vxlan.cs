using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>VXLAN header (RFC 7348 section 5), with the group policy extension (draft-smith-vxlan-group-policy) for those who agreed on it.</summary>
public readonly ref struct VxlanView
{
    public const int Size = 8;
    public const ushort UdpPort = 4789;

    /// <summary>I: the VNI is valid.</summary>
    public const byte VniFlag = 0x08;

    /// <summary>G: a group policy is present. A reserved bit to everyone else.</summary>
    public const byte GroupPolicyFlag = 0x80;

    private readonly ReadOnlySpan<byte> _bytes;

    private VxlanView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public byte Flags => _bytes[0];

    public bool HasVni => (Flags & VniFlag) != 0;

    public uint Vni => ReadUInt32BigEndian(_bytes[4..]) >> 8;

    public bool HasGroupPolicy => (Flags & GroupPolicyFlag) != 0;

    /// <summary>D (0x40, do not learn) and A (0x08, policy applied).</summary>
    public byte GroupPolicyFlags => (byte)(_bytes[1] & 0x48);

    public ushort GroupPolicyId => ReadUInt16BigEndian(_bytes[2..]);

    public ReadOnlySpan<byte> Payload => _bytes[Size..];

    public static bool TryParse(ReadOnlySpan<byte> bytes, out VxlanView view)
    {
        if (bytes.Length < Size)
        {
            view = default;
            return false;
        }

        view = new VxlanView(bytes);
        return true;
    }
}

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
