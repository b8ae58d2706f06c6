using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Flow keys of many shapes, distinct for distinct numbers.</summary>
internal static class Keys
{
    private static readonly FlowSections[] Shapes =
    [
        FlowSections.Base,
        FlowSections.Base | FlowSections.Tunnel,
        FlowSections.Base | FlowSections.Ipv6,
        FlowSections.Base | FlowSections.Tunnel | FlowSections.Ipv6,
        FlowSections.Base | FlowSections.Tunnel | FlowSections.TunnelIpv6 | FlowSections.Ipv6 | FlowSections.Neighbour,
        FlowSections.All,
    ];

    /// <summary>The key of a flow number: its shape follows from the number, its bytes too.</summary>
    public static FlowKey Numbered(int number)
    {
        var key = new FlowKey { Sections = Shapes[number % Shapes.Length] };
        var random = new Random(number);
        for (var section = 0; section < FlowKey.SectionCount; section++)
            if (((uint)key.Sections & (1u << section)) != 0)
                random.NextBytes(FlowKey.MatchBytes(ref key).Slice(section * FlowKey.SectionSize, FlowKey.SectionSize));
        key.InPort = new OdpPort((uint)number);
        return key;
    }

    /// <summary>A plain IPv4 UDP key.</summary>
    public static FlowKey Udp(uint inPort, uint source, uint destination, ushort sourcePort, ushort destinationPort) => new()
    {
        Sections = FlowSections.Base,
        InPort = new OdpPort(inPort),
        EthType = 0x0800,
        EthSource = new MacAddress(0x0200_0000_0000UL | source),
        EthDestination = new MacAddress(0x0200_0000_0000UL | destination),
        NwProto = 17,
        NwSource = new Ipv4Address(source),
        NwDestination = new Ipv4Address(destination),
        TpSource = sourcePort,
        TpDestination = destinationPort,
    };

    /// <summary>One direction of a TCP connection: by its number plain IPv4, IPv6, or IPv4 from a tunnel.</summary>
    public static FlowKey Tcp(int connection, TcpFlags flags)
    {
        var key = Udp(1, 2, 3, (ushort)(connection >> 16), (ushort)connection);
        key.NwProto = 6;
        key.TcpFlags = (ushort)flags;
        if (connection % 3 == 1)
        {
            (key.Sections, key.EthType) = (FlowSections.Base | FlowSections.Ipv6, 0x86dd);
            (key.NwSource, key.NwDestination) = (default, default);
            key.Ipv6Source = new Ipv6Address(0xfd00_0000_0000_0000, 2);
        }
        else if (connection % 3 == 2)
        {
            key.Sections = FlowSections.Base | FlowSections.Tunnel;
            key.TunnelId = 7;
        }

        return key;
    }
}
