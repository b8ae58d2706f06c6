using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// VXLAN header (RFC 7348 section 5), with the group policy extension (draft-smith-vxlan-group-policy) for those who agreed on it.
/// </summary>
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
