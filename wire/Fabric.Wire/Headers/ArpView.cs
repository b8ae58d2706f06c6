using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>ARP for IPv4 over Ethernet (RFC 826); other hardware or protocol types do not parse.</summary>
public readonly ref struct ArpView
{
    public const int Size = 28;
    public const ushort Request = 1;
    public const ushort Reply = 2;

    private readonly ReadOnlySpan<byte> _bytes;

    private ArpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public ushort Operation => ReadUInt16BigEndian(_bytes[6..]);

    public MacAddress SenderHardware => MacAddress.Read(_bytes[8..]);

    public Ipv4Address SenderProtocol => Ipv4Address.Read(_bytes[14..]);

    public MacAddress TargetHardware => MacAddress.Read(_bytes[18..]);

    public Ipv4Address TargetProtocol => Ipv4Address.Read(_bytes[24..]);

    public static bool TryParse(ReadOnlySpan<byte> bytes, out ArpView view)
    {
        // Hardware type 1 (Ethernet), protocol 0x0800, address lengths 6 and 4.
        if (bytes.Length < Size || ReadUInt64BigEndian(bytes) >> 16 != 0x0001_0800_0604)
        {
            view = default;
            return false;
        }

        view = new ArpView(bytes);
        return true;
    }
}
