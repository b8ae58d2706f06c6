using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

/// <summary>What the encapsulations over UDP promise besides.</summary>
public abstract class UdpTunnelContract(TunnelType type) : TunnelContract(type)
{
    [Fact]
    public void E4_source_ports_are_stable_per_flow_and_spread_over_the_configured_count()
    {
        var ports = new HashSet<ushort>();
        for (uint hash = 0; hash < 1000; hash += 7)
        {
            ports.Add(SourcePort(hash));
            Assert.Equal(SourcePort(hash), SourcePort(hash));
        }

        Assert.Equal(16, ports.Count);
        Assert.All(ports, port => Assert.InRange(port, TunnelSettings.FirstSourcePort, TunnelSettings.FirstSourcePort + 15));
    }

    [Fact]
    public void Over_IPv4_the_checksum_is_zero_unless_asked_for()
    {
        Assert.Equal(0, Checksum(Encapsulate(TunnelWorld.UdpFrame(), false), false));
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false, flags: TunnelFlags.Key | TunnelFlags.Checksum);
        Assert.NotEqual(0, Checksum(outer, false));
        var frame = World.Received(outer);
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(frame, World.Right, out _));
        Assert.True(frame.Metadata.Tunnel.Flags.HasFlag(TunnelFlags.Checksum));
        outer[^1] ^= 1;
        Dropped(outer, DropReason.BadOuterChecksum);
    }

    [Fact]
    public void Over_IPv6_a_zero_checksum_needs_both_ends_consent()
    {
        var computed = Encapsulate(TunnelWorld.UdpFrame(), true);
        Assert.NotEqual(0, Checksum(computed, true));
        computed[^1] ^= 1;
        Dropped(computed, DropReason.BadOuterChecksum);

        World.Left.TryGetPort(TunnelWorld.PortOf(Type), out var port);
        World.Left.Apply(new AddTunnelPort(port! with { ZeroChecksumIpv6 = true }));
        var without = Encapsulate(TunnelWorld.UdpFrame(), true);
        Assert.Equal(0, Checksum(without, true));
        Dropped(without, DropReason.BadOuterChecksum);
        World.Right.Apply(new AddTunnelPort(port with { ZeroChecksumIpv6 = true }));
        Assert.Equal(DecapResult.Detunnelled, TunnelDecap.TryDecap(World.Received(without), World.Right, out _));
    }

    [Fact]
    public void Ports_in_the_metadata_win()
    {
        var frame = World.Inner(TunnelWorld.UdpFrame(), false);
        frame.Metadata.Tunnel.SourcePort = 4000;
        frame.Metadata.Tunnel.DestinationPort = 8472;
        Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.PortOf(Type), World.Left, 9, out _, out _));
        Assert.True(UdpView.TryParse(frame.Bytes[34..], out var udp));
        Assert.Equal((4000, 8472), (udp.SourcePort, udp.DestinationPort));
        // A UDP port at which no tunnel listens is the host's business.
        Assert.Equal(DecapResult.NotTunnel, TunnelDecap.TryDecap(World.Received(frame.Bytes), World.Right, out _));
    }

    [Fact]
    public void A_UDP_length_beyond_the_packet_is_malformed()
    {
        var outer = Encapsulate(TunnelWorld.UdpFrame(), false);
        outer[39]++;
        Dropped(outer, DropReason.MalformedOuter);
        outer[39] = 7;
        Dropped(outer, DropReason.MalformedOuter);
    }

    private ushort SourcePort(uint hash)
    {
        var frame = World.Inner(TunnelWorld.UdpFrame(), false);
        Assert.True(TunnelEncap.TryEncap(frame, TunnelWorld.PortOf(Type), World.Left, hash, out _, out _));
        Assert.True(UdpView.TryParse(frame.Bytes[34..], out var udp));
        var port = udp.SourcePort;
        World.Pool.Return(frame);
        return port;
    }

    private static ushort Checksum(byte[] outer, bool isIpv6)
    {
        Assert.True(UdpView.TryParse(outer.AsSpan(isIpv6 ? 54 : 34), out var udp));
        return udp.Checksum;
    }
}
