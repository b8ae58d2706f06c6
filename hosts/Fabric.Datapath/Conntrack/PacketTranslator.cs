using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>
/// Rewrites addresses and ports of a tracked packet and corrects its checksums, step by step as OVS does (<c>nat_packet</c>,
/// <c>packet_set_*</c> in <c>lib/packets.c</c>), so that a wrong checksum stays equally wrong.
/// </summary>
internal static class PacketTranslator
{
    private const int TcpSize = 20, UdpSize = 8, TcpSum = 16, UdpSum = 6, IcmpSum = 2, IcmpHeaderSize = 8;

    /// <param name="key">What the answer to the packet is to look like.</param>
    public static void SetAddress(Span<byte> frame, in TrackedPacket packet, in ConnectionKey key, NatActions actions)
    {
        var ip = frame[packet.Layer3..];
        var isSource = (actions & NatActions.Source) != 0;
        var address = isSource ? key.Destination.Address : key.Source.Address;
        if (key.IsIpv4) SetIpv4(frame, ip[(isSource ? 12 : 16)..], ip, (uint)address, packet.Layer4, packet.End);
        else SetIpv6(frame, ip[(isSource ? 8 : 24)..], key.Proto, address, packet.Layer4, packet.End);
    }

    public static void SetPorts(Span<byte> frame, int layer4, in ConnectionKey key)
    {
        if (key.Proto is not (IpProtocol.Tcp or IpProtocol.Udp) || frame.Length < layer4 + 4) return;
        var header = frame[layer4..];
        if (key.Proto == IpProtocol.Tcp)
        {
            // Inside of an ICMP error the checksum may lie beyond what was reported.
            var sum = header.Length >= TcpSum + 2 ? header[TcpSum..] : [];
            SetPort(header, key.Destination.Port, sum);
            SetPort(header[2..], key.Source.Port, sum);
            return;
        }

        if (header.Length < UdpSize) return;
        var udpSum = ReadUInt16BigEndian(header[UdpSum..]) != 0 ? header[UdpSum..] : [];
        SetPort(header, key.Destination.Port, udpSum);
        SetPort(header[2..], key.Source.Port, udpSum);
        AvoidZero(udpSum);
    }

    /// <summary>The packet inside of an ICMP error: translated the other way, for it was sent the other way.</summary>
    public static void TranslateReported(Span<byte> frame, in TrackedPacket packet, in ConnectionKey key, NatActions actions)
    {
        var inner = new TrackedPacket { EthType = packet.EthType, Layer3 = packet.Layer4 + IcmpHeaderSize, End = packet.End };
        var read = default(ConnectionKey);
        var ip = frame[inner.Layer3..packet.End];
        int layer4;
        if (key.IsIpv4 ? !ConnectionKeyReader.TryReadIpv4(ip, ref read, checkSum: false, out layer4)
            : !ConnectionKeyReader.TryReadIpv6(ip, ref read, out layer4)) return;

        inner.Layer4 = inner.Layer3 + layer4;
        var reversed = key.Reversed;
        SetPorts(frame, inner.Layer4, in reversed);
        SetAddress(frame, in inner, in reversed, actions);
        var icmp = frame[packet.Layer4..packet.End];
        WriteUInt16BigEndian(icmp[IcmpSum..], 0);
        var sum = InternetChecksum.Sum(icmp);
        if (!key.IsIpv4)
        {
            var outer = frame[packet.Layer3..];
            sum = InternetChecksum.Add(sum, InternetChecksum.PseudoHeader(
                Ipv6Address.Read(outer[8..]), Ipv6Address.Read(outer[24..]), IpProtocol.Icmpv6, icmp.Length));
        }

        WriteUInt16BigEndian(icmp[IcmpSum..], InternetChecksum.Finish(sum));
    }

    private static void SetIpv4(Span<byte> frame, Span<byte> field, Span<byte> ip, uint address, int layer4, int end)
    {
        var old = ReadUInt32BigEndian(field);
        var sum = TransportSum(frame, ip[9], layer4, end, withIcmp: false);
        if (!sum.IsEmpty) Correct(sum, old, address);
        if (ip[9] == IpProtocol.Udp) AvoidZero(sum);
        Correct(ip[10..], old, address);
        WriteUInt32BigEndian(field, address);
    }

    private static void SetIpv6(Span<byte> frame, Span<byte> field, byte proto, UInt128 address, int layer4, int end)
    {
        var sum = TransportSum(frame, proto, layer4, end, withIcmp: true);
        if (!sum.IsEmpty)
        {
            for (var i = 0; i < 4; i++) Correct(sum, ReadUInt32BigEndian(field[(4 * i)..]), (uint)(address >> (96 - 32 * i)));
            if (proto == IpProtocol.Udp) AvoidZero(sum);
        }

        WriteUInt128BigEndian(field, address);
    }

    /// <summary>The checksum that covers the addresses; empty when there is none to correct.</summary>
    private static Span<byte> TransportSum(Span<byte> frame, byte proto, int layer4, int end, bool withIcmp)
    {
        var size = end - layer4;
        var offset = proto switch
        {
            IpProtocol.Tcp when size >= TcpSize => TcpSum,
            IpProtocol.Udp when size >= UdpSize && ReadUInt16BigEndian(frame[(layer4 + UdpSum)..]) != 0 => UdpSum,
            IpProtocol.Icmpv6 when withIcmp && size >= 4 => IcmpSum,
            _ => -1,
        };
        return offset < 0 ? [] : frame.Slice(layer4 + offset, 2);
    }

    private static void SetPort(Span<byte> field, ushort port, Span<byte> sum)
    {
        var old = ReadUInt16BigEndian(field);
        if (old == port) return;
        if (!sum.IsEmpty) WriteUInt16BigEndian(sum, InternetChecksum.Update(ReadUInt16BigEndian(sum), old, port));
        WriteUInt16BigEndian(field, port);
    }

    private static void Correct(Span<byte> sum, uint old, uint @new) =>
        WriteUInt16BigEndian(sum, InternetChecksum.Update(ReadUInt16BigEndian(sum), old, @new));

    private static void AvoidZero(Span<byte> sum)
    {
        if (!sum.IsEmpty && ReadUInt16BigEndian(sum) == 0) WriteUInt16BigEndian(sum, 0xffff);
    }
}
