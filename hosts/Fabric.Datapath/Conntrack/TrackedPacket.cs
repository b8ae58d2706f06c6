using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>
/// Where the headers of an IP packet begin, found as OVS's <c>miniflow_extract</c> does, which is more lenient than the headers' own
/// rules in
/// places (the IP version is not looked at) and stricter in others (a total length beyond the frame hides layer 4).
/// </summary>
internal struct TrackedPacket
{
    public ushort EthType;
    public int Layer3;

    /// <summary>Negative: there is none to look at.</summary>
    public int Layer4;

    /// <summary>Offset behind the packet; what follows is padding.</summary>
    public int End;

    /// <summary>Offset of IPv6's fragment header; negative when there is none.</summary>
    public int FragmentHeader;

    public static TrackedPacket Of(ReadOnlySpan<byte> frame)
    {
        var packet = new TrackedPacket { Layer3 = -1, Layer4 = -1, FragmentHeader = -1 };
        if (frame.Length < 14) return packet;
        var at = 12;
        packet.EthType = ReadUInt16BigEndian(frame[at..]);
        while (packet.EthType is EtherType.Vlan or EtherType.ServiceVlan && frame.Length >= at + 6)
        {
            at += 4;
            packet.EthType = ReadUInt16BigEndian(frame[at..]);
        }

        packet.Layer3 = at + 2;
        packet.End = frame.Length;
        if (packet.EthType == EtherType.Ipv4) packet.FindIpv4(frame);
        else if (packet.EthType == EtherType.Ipv6) packet.FindIpv6(frame);
        return packet;
    }

    private void FindIpv4(ReadOnlySpan<byte> frame)
    {
        var header = frame[Layer3..];
        if (header.Length < 20) return;
        var headerSize = (header[0] & 0xf) * 4;
        int totalSize = ReadUInt16BigEndian(header[2..]);
        if (headerSize < 20 || headerSize > totalSize || totalSize > header.Length) return;
        End = Layer3 + totalSize;
        Layer4 = Layer3 + headerSize;
    }

    private void FindIpv6(ReadOnlySpan<byte> frame)
    {
        var header = frame[Layer3..];
        if (header.Length < 40) return;
        var totalSize = 40 + ReadUInt16BigEndian(header[4..]);
        if (totalSize > header.Length) return;
        End = Layer3 + totalSize;
        var at = Layer3 + 40;
        var proto = header[6];
        if (Ipv6Chain.TrySkip(frame[..End], ref at, ref proto, out FragmentHeader)) Layer4 = at;
    }
}
