using System.Net;
using Fabric.Wire;

namespace Fabric.Underlay.Tests;

/// <summary>Makes outer packets and reads them back.</summary>
internal static class OuterPackets
{
    public const ushort Vxlan = 4789;

    /// <summary>Loopback addresses that other test processes of this machine are unlikely to use.</summary>
    public static IPAddress Address(int number) => new([127, 99, (byte)(Environment.ProcessId % 251), (byte)number]);

    public static IpAddress Of(IPAddress address) => IpAddress.Parse(address.ToString());

    public static Frame Make(
        FramePool pool, IPAddress source, IPAddress destination, ReadOnlySpan<byte> payload, ushort sourcePort = 49152, ushort port = Vxlan,
        byte ttl = 64, byte tos = 0, bool dontFragment = false, bool checksum = false)
    {
        var (from, to) = (Of(source), Of(destination));
        var ipSize = from.IsIpv4 ? Ipv4View.MinSize : Ipv6View.Size;
        Assert.True(pool.TryRent(ipSize + UdpView.Size + payload.Length, out var frame));
        var b = frame.Bytes;
        var udpSize = UdpView.Size + payload.Length;
        if (from.IsIpv4) new Ipv4Header(from.V4, to.V4, IpProtocol.Udp, udpSize, ttl, tos, DontFragment: dontFragment).Emit(b);
        else new Ipv6Header(from.V6, to.V6, IpProtocol.Udp, udpSize, ttl, tos).Emit(b);
        new UdpHeader(sourcePort, port, payload.Length).Emit(b[ipSize..]);
        payload.CopyTo(b[(ipSize + UdpView.Size)..]);
        if (checksum && from.IsIpv4) UdpHeader.FillChecksum(b[ipSize..], from.V4, to.V4);
        return frame;
    }

    public static FrameBatch Batch(FramePool pool, params Frame[] frames)
    {
        var batch = pool.RentBatch();
        foreach (var frame in frames) batch.Add(frame);
        return batch;
    }

    /// <summary>The packet as the receiver rebuilds it: no identification, DF or UDP checksum, which a socket cannot tell.</summary>
    public static byte[] AsRebuilt(ReadOnlySpan<byte> packet)
    {
        var copy = packet.ToArray();
        if (copy[0] >> 4 == 6)
        {
            copy[Ipv6View.Size + 6] = copy[Ipv6View.Size + 7] = 0;
            return copy;
        }

        Assert.True(Ipv4View.TryParse(packet, out var ip));
        (Ipv4Header.Parse(ip) with { Identification = 0, DontFragment = false }).Emit(copy);
        copy[Ipv4View.MinSize + 6] = copy[Ipv4View.MinSize + 7] = 0;
        return copy;
    }
}
