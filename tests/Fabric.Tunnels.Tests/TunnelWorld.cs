using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

/// <summary>Two VTEPs that know each other, in both address families, with a port of each encapsulation and VNI 5000.</summary>
internal sealed class TunnelWorld
{
    public const uint KnownVni = 5000;
    public static readonly OdpPort Physical = new(1);
    public static readonly OdpPort VxlanPort = new(10);
    public static readonly OdpPort GenevePort = new(11);
    public static readonly OdpPort NvgrePort = new(12);
    public static readonly MacAddress LeftMac = MacAddress.Parse("02:aa:00:00:00:01");
    public static readonly MacAddress RightMac = MacAddress.Parse("02:aa:00:00:00:02");
    public static readonly IpAddress Left4 = IpAddress.Parse("172.16.0.1");
    public static readonly IpAddress Right4 = IpAddress.Parse("172.16.0.2");
    public static readonly IpAddress Left6 = IpAddress.Parse("fd00:aa::1");
    public static readonly IpAddress Right6 = IpAddress.Parse("fd00:aa::2");

    public FramePool Pool { get; } = new(64);

    public TunnelTables Left { get; } = Tables(Left4, Left6, LeftMac, Right4, Right6, RightMac);

    public TunnelTables Right { get; } = Tables(Right4, Right6, RightMac, Left4, Left6, LeftMac);

    public static OdpPort PortOf(TunnelType type) => type switch
    {
        TunnelType.Vxlan => VxlanPort,
        TunnelType.Geneve => GenevePort,
        _ => NvgrePort,
    };

    /// <summary>A frame from left to right with tunnel metadata.</summary>
    public Frame Inner(
        ReadOnlySpan<byte> bytes, bool isIpv6, uint vni = KnownVni, TunnelFlags flags = TunnelFlags.Key | TunnelFlags.DontFragment)
    {
        Assert.True(Pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        frame.Metadata.InPort = 7;
        frame.Metadata.Tunnel = new TunnelMetadata { IsPresent = true, IsIpv6 = isIpv6, Id = vni, Flags = flags, Ttl = 64 };
        if (isIpv6)
        {
            frame.Metadata.Tunnel.SourceV6 = Left6.V6;
            frame.Metadata.Tunnel.DestinationV6 = Right6.V6;
        }
        else
        {
            frame.Metadata.Tunnel.Source = Left4.V4;
            frame.Metadata.Tunnel.Destination = Right4.V4;
        }

        return frame;
    }

    /// <summary>A frame as the physical port gives it.</summary>
    public Frame Received(ReadOnlySpan<byte> bytes)
    {
        Assert.True(Pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        frame.Metadata.InPort = Physical.Value;
        return frame;
    }

    /// <summary>An Ethernet frame with a UDP datagram of this many data bytes in it.</summary>
    public static byte[] UdpFrame(int dataSize = 18)
    {
        var bytes = new byte[14 + 20 + 8 + dataSize];
        new EthernetHeader(MacAddress.Parse("02:00:00:00:00:02"), MacAddress.Parse("02:00:00:00:00:01"), EtherType.Ipv4).Emit(bytes);
        new Ipv4Header(new(0x0a010001), new(0x0a010002), IpProtocol.Udp, 8 + dataSize, Ttl: 33, Tos: 0x28).Emit(bytes.AsSpan(14));
        for (var i = 0; i < dataSize; i++) bytes[42 + i] = (byte)i;
        new UdpHeader(1234, 5678, dataSize).Emit(bytes.AsSpan(34));
        UdpHeader.FillChecksum(bytes.AsSpan(34), new Ipv4Address(0x0a010001), new(0x0a010002));
        return bytes;
    }

    private static TunnelTables Tables(
        IpAddress mine4, IpAddress mine6, MacAddress mine, IpAddress peer4, IpAddress peer6, MacAddress peer)
    {
        var tables = new TunnelTables();
        tables.Apply(new AddTunnelPort(new(VxlanPort, "vxlan_sys_4789", TunnelType.Vxlan, VxlanView.UdpPort)));
        tables.Apply(new AddTunnelPort(new(GenevePort, "genev_sys_6081", TunnelType.Geneve, GeneveView.UdpPort)));
        tables.Apply(new AddTunnelPort(new(NvgrePort, "nvgre_sys", TunnelType.Nvgre, 0)));
        tables.Apply(new SetRoute(IpAddress.Parse("172.16.0.0"), 24, null, Physical, mine4));
        tables.Apply(new SetRoute(IpAddress.Parse("fd00:aa::"), 64, null, Physical, mine6));
        foreach (var address in new[] { mine4, mine6 }) tables.Apply(new AddLocalAddress(address, mine, Physical));
        foreach (var address in new[] { peer4, peer6 })
        {
            tables.Apply(new SetNeighbour(address, peer));
            foreach (var type in Enum.GetValues<TunnelType>()) tables.Apply(new AddPeer(type, new Vni(KnownVni), address));
        }

        return tables;
    }
}
