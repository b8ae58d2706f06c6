using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>
/// Reads the connection a packet belongs to, or says that it is invalid: damaged, a fragment, port 0, an ICMP message that neither asks nor
/// answers nor reports (OVS: <c>conn_key_extract</c>). An ICMP error names the connection of the packet inside it.
/// </summary>
internal static class ConnectionKeyReader
{
    private const int TcpSize = 20, UdpSize = 8, IcmpSize = 8;

    /// <summary>What an ICMPv4 error must carry of the layer 4 it reports about.</summary>
    private const int ReportedSize = 8;

    public static bool TryRead(ReadOnlySpan<byte> frame, in TrackedPacket packet, ushort zone, ref ConnectionKey key, out bool isRelated)
    {
        isRelated = false;
        key = new ConnectionKey { EthType = packet.EthType, Zone = zone };
        if (packet.Layer4 < 0) return false;
        var ip = frame[packet.Layer3..packet.End];
        var isRead = packet.EthType switch
        {
            EtherType.Ipv4 => TryReadIpv4(ip, ref key, checkSum: true, out _),
            EtherType.Ipv6 => TryReadIpv6(ip, ref key, out _),
            _ => false,
        };
        return isRead && TryReadTransport(frame[packet.Layer4..packet.End], ip, ref key, ref isRelated);
    }

    /// <param name="ip">Begins with the IP header.</param>
    public static bool TryReadIpv4(ReadOnlySpan<byte> ip, ref ConnectionKey key, bool checkSum, out int layer4)
    {
        layer4 = 0;
        if (ip.Length < 20) return false;
        var headerSize = (ip[0] & 0xf) * 4;
        if (headerSize < 20 || ip.Length < headerSize) return false;
        // Offset or "more fragments".
        if ((ReadUInt16BigEndian(ip[6..]) & 0x3fff) != 0) return false;
        if (checkSum && InternetChecksum.Compute(ip[..headerSize]) != 0) return false;
        layer4 = headerSize;
        key.Source.SetAddress(Ipv4Address.Read(ip[12..]));
        key.Destination.SetAddress(Ipv4Address.Read(ip[16..]));
        key.Proto = ip[9];
        return true;
    }

    /// <param name="ip">Begins with the IPv6 header.</param>
    public static bool TryReadIpv6(ReadOnlySpan<byte> ip, ref ConnectionKey key, out int layer4)
    {
        layer4 = 40;
        if (ip.Length < 40) return false;
        var proto = ip[6];
        if (!Ipv6Chain.TrySkip(ip, ref layer4, ref proto, out var fragment)) return false;
        if (fragment >= 0 && ReadUInt16BigEndian(ip[(fragment + 2)..]) != 0) return false;
        key.Source.SetAddress(Ipv6Address.Read(ip[8..]));
        key.Destination.SetAddress(Ipv6Address.Read(ip[24..]));
        key.Proto = proto;
        return true;
    }

    private static bool TryReadTransport(ReadOnlySpan<byte> data, ReadOnlySpan<byte> ip, ref ConnectionKey key, ref bool isRelated)
    {
        switch (key.Proto)
        {
            case IpProtocol.Tcp:
                if (data.Length < TcpSize) return false;
                var headerSize = (data[12] >> 4) * 4;
                return headerSize >= TcpSize && headerSize <= data.Length && HasValidSum(data, ip, in key) && TryReadPorts(data, ref key);
            case IpProtocol.Udp:
                if (data.Length < UdpSize) return false;
                int size = ReadUInt16BigEndian(data[4..]);
                if (size < UdpSize || size > data.Length) return false;
                var hasNoSum = key.IsIpv4 && ReadUInt16BigEndian(data[6..]) == 0;
                return (hasNoSum || HasValidSum(data, ip, in key)) && TryReadPorts(data, ref key);
            case IpProtocol.Icmp when key.IsIpv4:
                return InternetChecksum.Compute(data) == 0 && TryReadIcmp(data, IcmpSize, ref key, ref isRelated, mayReport: true);
            case IpProtocol.Icmpv6 when !key.IsIpv4:
                return HasValidSum(data, ip, in key) && TryReadIcmp(data, IcmpSize, ref key, ref isRelated, mayReport: true);
            default:
                // Nothing but the addresses tells packets of other protocols apart.
                return true;
        }
    }

    private static bool HasValidSum(ReadOnlySpan<byte> data, ReadOnlySpan<byte> ip, in ConnectionKey key)
    {
        var pseudo = key.IsIpv4
            ? InternetChecksum.PseudoHeader(Ipv4Address.Read(ip[12..]), Ipv4Address.Read(ip[16..]), ip[9], data.Length)
            : InternetChecksum.PseudoHeader(Ipv6Address.Read(ip[8..]), Ipv6Address.Read(ip[24..]), key.Proto, (ushort)data.Length);
        return InternetChecksum.Finish(InternetChecksum.Add(pseudo, InternetChecksum.Sum(data))) == 0;
    }

    private static bool TryReadPorts(ReadOnlySpan<byte> data, ref ConnectionKey key)
    {
        key.Source.Port = ReadUInt16BigEndian(data);
        key.Destination.Port = ReadUInt16BigEndian(data[2..]);
        return key.Source.Port != 0 && key.Destination.Port != 0;
    }

    private static bool TryReadIcmp(ReadOnlySpan<byte> data, int least, ref ConnectionKey key, ref bool isRelated, bool mayReport)
    {
        if (data.Length < least) return false;
        var type = data[0];
        if (IcmpTypes.TryReverse(key.Proto, type, out var reversed))
        {
            if (data[1] != 0) return false;
            key.Source.Port = key.Destination.Port = ReadUInt16BigEndian(data[4..]);
            key.Source.IcmpType = type;
            key.Destination.IcmpType = reversed;
            return true;
        }

        if (!mayReport || !IcmpTypes.IsError(key.Proto, type) || !TryReadReported(data[IcmpSize..], ref key)) return false;
        isRelated = true;
        return true;
    }

    /// <summary>The report goes to whoever sent the packet inside it; the key becomes that of the answer to that packet.</summary>
    private static bool TryReadReported(ReadOnlySpan<byte> ip, ref ConnectionKey key)
    {
        var inner = new ConnectionKey { EthType = key.EthType, Zone = key.Zone };
        int layer4;
        if (key.IsIpv4 ? !TryReadIpv4(ip, ref inner, checkSum: false, out layer4) : !TryReadIpv6(ip, ref inner, out layer4)) return false;
        if (inner.Source.Address != key.Destination.Address) return false;

        var data = ip[layer4..];
        var unused = false;
        var isRead = inner.Proto switch
        {
            IpProtocol.Tcp => data.Length >= (key.IsIpv4 ? ReportedSize : TcpSize) && TryReadPorts(data, ref inner),
            IpProtocol.Udp => data.Length >= UdpSize && TryReadPorts(data, ref inner),
            IpProtocol.Icmp when key.IsIpv4 => TryReadIcmp(data, ReportedSize, ref inner, ref unused, mayReport: false),
            IpProtocol.Icmpv6 when !key.IsIpv4 => TryReadIcmp(data, IcmpSize, ref inner, ref unused, mayReport: false),
            _ => true,
        };
        if (!isRead) return false;
        key = inner.Reversed;
        return true;
    }
}
