using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

/// <summary>What the host answers itself passes by unchanged.</summary>
public class NotTunnelTests
{
    private readonly TunnelWorld _world = new();

    [Fact]
    public void ARP_for_the_VTEP_is_the_host_s()
    {
        var bytes = new byte[42];
        new EthernetHeader(MacAddress.Broadcast, TunnelWorld.LeftMac, EtherType.Arp).Emit(bytes);
        new ArpPacket(ArpView.Request, TunnelWorld.LeftMac, TunnelWorld.Left4.V4, default, TunnelWorld.Right4.V4).Emit(bytes.AsSpan(14));
        IsNotTunnel(bytes);
    }

    [Fact]
    public void ICMP_and_ICMPv6_to_the_VTEP_are_the_host_s()
    {
        var bytes = new byte[14 + 20 + 64];
        new EthernetHeader(TunnelWorld.RightMac, TunnelWorld.LeftMac, EtherType.Ipv4).Emit(bytes);
        new Ipv4Header(TunnelWorld.Left4.V4, TunnelWorld.Right4.V4, IpProtocol.Icmp, 64).Emit(bytes.AsSpan(14));
        Icmpv4Header.Echo(false, 1, 1).Emit(bytes.AsSpan(34));
        IsNotTunnel(bytes);

        bytes = new byte[14 + 40 + 64];
        new EthernetHeader(TunnelWorld.RightMac, TunnelWorld.LeftMac, EtherType.Ipv6).Emit(bytes);
        new Ipv6Header(TunnelWorld.Left6.V6, TunnelWorld.Right6.V6, IpProtocol.Icmpv6, 64).Emit(bytes.AsSpan(14));
        Icmpv6Header.Echo(false, 1, 1).Emit(bytes.AsSpan(54), TunnelWorld.Left6.V6, TunnelWorld.Right6.V6);
        IsNotTunnel(bytes);
    }

    [Fact]
    public void Other_Ethernet_types_are_the_host_s()
    {
        var bytes = new byte[60];
        new EthernetHeader(MacAddress.Broadcast, TunnelWorld.LeftMac, 0x88cc).Emit(bytes);
        IsNotTunnel(bytes);
    }

    private void IsNotTunnel(byte[] bytes)
    {
        var frame = _world.Received(bytes);
        Assert.Equal(DecapResult.NotTunnel, TunnelDecap.TryDecap(frame, _world.Right, out _));
        Assert.Equal(bytes, frame.Bytes.ToArray());
        Assert.False(frame.Metadata.Tunnel.IsPresent);
    }
}
