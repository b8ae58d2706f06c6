using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// IEEE 802.2 LLC header with a SNAP extension (IEEE 802 clause 9.5, RFC 1042): how a type is carried in an 802.3 frame. It starts where
/// the
/// payload of the frame starts.
/// </summary>
public readonly ref struct LlcSnapView
{
    public const int Size = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private LlcSnapView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public uint OrganizationCode => (uint)(_bytes[3] << 16 | _bytes[4] << 8 | _bytes[5]);

    public ushort ProtocolId => ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>True when <see cref="ProtocolId"/> is an Ethernet type: organization code zero (RFC 1042).</summary>
    public bool IsEtherType => OrganizationCode == 0 && ProtocolId >= EtherType.First;

    public ReadOnlySpan<byte> Payload => _bytes[Size..];

    /// <summary>False when too short or not LLC with both service access points 0xaa and control 3 (unnumbered information).</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out LlcSnapView view)
    {
        if (bytes.Length < Size || bytes[0] != 0xaa || bytes[1] != 0xaa || bytes[2] != 3)
        {
            view = default;
            return false;
        }

        view = new LlcSnapView(bytes);
        return true;
    }
}
