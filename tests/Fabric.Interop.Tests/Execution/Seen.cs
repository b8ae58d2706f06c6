using Fabric.Conversations;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Interop.Tests;

/// <summary>The last frame that left by each port: whoever sits there answers what has arrived, translated or not.</summary>
internal sealed class Seen
{
    private readonly Dictionary<int, byte[]> _last = [];

    public void Note(int port, byte[] frame) => _last[port] = frame;

    /// <summary>
    /// The packet with the addresses and ports of an answer to what was seen at <paramref name="port"/>, if anything was.
    /// </summary>
    public TestPacket Answering(int port, TestPacket packet)
    {
        if (!TryRead(port, out var ip, out var isIpv4, out var layer4) || isIpv4 != packet.Source.IsIpv4) return packet;
        var (source, destination) = isIpv4
            ? (new IpAddress(Ipv4Address.Read(ip[12..])), new IpAddress(Ipv4Address.Read(ip[16..])))
            : (new IpAddress(Ipv6Address.Read(ip[8..])), new IpAddress(Ipv6Address.Read(ip[24..])));
        var answer = packet with { Source = destination, Destination = source };
        var proto = isIpv4 ? ip[9] : ip[6];
        if (proto is not (IpProtocol.Tcp or IpProtocol.Udp) || proto != packet.Proto) return answer;
        return answer with { SourcePort = ReadUInt16BigEndian(layer4[2..]), DestinationPort = ReadUInt16BigEndian(layer4) };
    }

    /// <summary>An ICMP error about what was seen at <paramref name="port"/>.</summary>
    public byte[] Error(int port, TestPacket fallback, byte type, byte code, int quotedSize, IpAddress? router)
    {
        if (!TryRead(port, out var ip, out var isIpv4, out _)) return fallback.Error(type, code, quotedSize, router).Build();
        var about = isIpv4
            ? new TestPacket { Source = Ipv4Address.Read(ip[12..]), Destination = Ipv4Address.Read(ip[16..]) }
            : new TestPacket { Source = Ipv6Address.Read(ip[8..]), Destination = Ipv6Address.Read(ip[24..]) };
        return (about.Error(type, code, 0, router) with { Payload = ip[..Math.Min(ip.Length, quotedSize)].ToArray() }).Build();
    }

    private bool TryRead(int port, out ReadOnlySpan<byte> ip, out bool isIpv4, out ReadOnlySpan<byte> layer4)
    {
        ip = layer4 = default;
        isIpv4 = false;
        if (!_last.TryGetValue(port, out var frame)) return false;
        var at = ReadUInt16BigEndian(frame.AsSpan(12)) == EtherType.Vlan ? 18 : 14;
        isIpv4 = ReadUInt16BigEndian(frame.AsSpan(at - 2)) == EtherType.Ipv4;
        if (frame.Length < at + 48) return false;
        ip = frame.AsSpan(at);
        layer4 = ip[(isIpv4 ? 20 : 40)..];
        return true;
    }
}
