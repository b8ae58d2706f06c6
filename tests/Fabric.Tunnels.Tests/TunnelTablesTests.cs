using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Tunnels.Tests;

public class TunnelTablesTests
{
    private readonly Random _random = new(TestSeed.Value);

    [Fact]
    public void T1_T2_a_snapshot_rebuilds_tables_that_answer_alike_and_repeats_do_no_harm()
    {
        for (var round = 0; round < 20; round++)
        {
            var tables = new TunnelTables();
            for (var i = 0; i < 200; i++)
            {
                var update = RandomUpdate();
                tables.Apply(update);
                if (_random.Next(4) == 0) tables.Apply(update);
            }

            var copy = new TunnelTables();
            foreach (var update in tables.Snapshot()) copy.Apply(update);
            foreach (var update in tables.Snapshot()) copy.Apply(update);
            Assert.Equal(Sorted(tables), Sorted(copy));
            for (var i = 0; i < 200; i++)
            {
                var (source, destination) = (Address(), Address());
                Assert.Equal(Path(tables, source, destination), Path(copy, source, destination));
                var vni = new Vni((uint)_random.Next(4));
                Assert.Equal(tables.HasVni(TunnelType.Vxlan, vni), copy.HasVni(TunnelType.Vxlan, vni));
                Assert.Equal(tables.HasVni(TunnelType.Vxlan, vni), tables.Peers.Any(p => p.Type == TunnelType.Vxlan && p.Vni == vni));
            }
        }
    }

    [Fact]
    public void The_longest_prefix_wins_as_in_a_naive_table()
    {
        var tables = new TunnelTables();
        var naive = new List<SetRoute>();
        for (var i = 0; i < 2000; i++)
        {
            if (_random.Next(3) > 0)
            {
                var route = Route();
                tables.Apply(route);
                naive.RemoveAll(r => SameNetwork(r, route.Prefix, route.PrefixLength));
                naive.Add(route);
            }
            else if (naive.Count > 0)
            {
                var route = naive[_random.Next(naive.Count)];
                tables.Apply(new RemoveRoute(route.Prefix, route.PrefixLength));
                naive.Remove(route);
            }

            var destination = Address();
            var expected = naive.Where(r => Covers(r, destination)).MaxBy(r => r.PrefixLength);
            var found = tables.TryGetRoute(destination, out var actual);
            Assert.True(found == expected is not null && actual?.Egress == expected?.Egress, $"{destination} at step {i}, {TestSeed.Text}");
        }
    }

    [Fact]
    public void T3_a_path_ends_with_the_neighbour_route_or_address_it_was_made_from()
    {
        var world = new TunnelWorld();
        var tables = world.Left;
        Assert.True(tables.TryGetPath(default, TunnelWorld.Right4, out var path, out _));
        Assert.Equal((TunnelWorld.Left4, TunnelWorld.RightMac, 1600), (path.Source, path.NextHopMac, path.Mtu));

        var moved = MacAddress.Parse("02:bb:00:00:00:01");
        tables.Apply(new SetNeighbour(TunnelWorld.Right4, moved));
        Assert.True(tables.TryGetPath(default, TunnelWorld.Right4, out path, out _));
        Assert.Equal(moved, path.NextHopMac);

        var gateway = IpAddress.Parse("172.16.0.254");
        tables.Apply(new SetRoute(TunnelWorld.Right4, 32, gateway, new OdpPort(2), TunnelWorld.Left4));
        Assert.False(tables.TryGetPath(default, TunnelWorld.Right4, out _, out var reason));
        Assert.Equal(DropReason.NoNeighbour, reason);
        tables.Apply(new SetNeighbour(gateway, moved));
        tables.Apply(new SetEgressMtu(new OdpPort(2), 1400));
        Assert.True(tables.TryGetPath(default, TunnelWorld.Right4, out path, out _));
        Assert.Equal((new OdpPort(2), 1400), (path.Egress, path.Mtu));

        tables.Apply(new RemoveLocalAddress(TunnelWorld.Left4));
        Assert.False(tables.TryGetPath(default, TunnelWorld.Right4, out _, out reason));
        Assert.Equal(DropReason.NoRoute, reason);
    }

    [Fact]
    public void One_listener_has_one_port()
    {
        var tables = new TunnelTables();
        tables.Apply(new AddTunnelPort(new(new OdpPort(1), "a", TunnelType.Vxlan, 4789)));
        tables.Apply(new AddTunnelPort(new(new OdpPort(2), "b", TunnelType.Vxlan, 4789)));
        Assert.False(tables.TryGetPort(new OdpPort(1), out _));
        Assert.True(tables.TryGetListener(TunnelType.Vxlan, 4789, out var port) && port.Name == "b");
        tables.Apply(new AddTunnelPort(new(new OdpPort(2), "c", TunnelType.Geneve, 6081)));
        Assert.False(tables.TryGetListener(TunnelType.Vxlan, 4789, out _));
        Assert.True(tables.TryGetListener(TunnelType.Geneve, 6081, out port) && port.Name == "c");
    }

    private TunnelUpdate RandomUpdate()
    {
        var vni = new Vni((uint)_random.Next(4));
        var type = (TunnelType)_random.Next(3);
        return _random.Next(12) switch
        {
            0 => new AddTunnelPort(new(new OdpPort((uint)_random.Next(5)), "p", type, (ushort)_random.Next(3))),
            1 => new RemoveTunnelPort(new OdpPort((uint)_random.Next(5))),
            2 => new AddLocalAddress(Address(), Mac(), new OdpPort(1)),
            3 => new RemoveLocalAddress(Address()),
            4 => new AddPeer(type, vni, Address()),
            5 => new RemovePeer(type, vni, Address()),
            6 => Route(),
            7 => new RemoveRoute(Address(), _random.Next(33)),
            8 => new SetNeighbour(Address(), Mac()),
            9 => new RemoveNeighbour(Address()),
            10 => new SetEgressMtu(new OdpPort((uint)_random.Next(5)), _random.Next(1500)),
            _ => new AddKnownOption((ushort)_random.Next(3), (byte)_random.Next(3)),
        };
    }

    private SetRoute Route()
    {
        var prefix = Address();
        IpAddress? gateway = _random.Next(2) == 0 ? Address() : null;
        return new SetRoute(prefix, _random.Next(prefix.BitCount + 1), gateway, new OdpPort((uint)_random.Next(1_000_000)), Address());
    }

    /// <summary>Few enough addresses that updates meet.</summary>
    private IpAddress Address() => _random.Next(2) == 0
        ? new Ipv4Address(0x0a000000u | (uint)_random.Next(4) << 22 | (uint)_random.Next(4))
        : new Ipv6Address(0xfd00_0000_0000_0000 | (uint)_random.Next(4), (uint)_random.Next(4));

    private MacAddress Mac() => new((ulong)_random.Next());

    private static bool SameNetwork(SetRoute route, IpAddress prefix, int length) =>
        route.PrefixLength == length && route.Prefix.IsIpv4 == prefix.IsIpv4 && Covers(route, prefix);

    /// <summary>Bit by bit.</summary>
    private static bool Covers(SetRoute route, IpAddress address)
    {
        if (route.Prefix.IsIpv4 != address.IsIpv4) return false;
        var one = route.Prefix.ToIPAddress().GetAddressBytes();
        var two = address.ToIPAddress().GetAddressBytes();
        for (var bit = 0; bit < route.PrefixLength; bit++)
            if (((one[bit / 8] ^ two[bit / 8]) & (0x80 >> (bit % 8))) != 0) return false;
        return true;
    }

    private static string Path(TunnelTables tables, IpAddress source, IpAddress destination) =>
        tables.TryGetPath(source, destination, out var path, out var reason) ? path.ToString() : reason.ToString();

    private static List<string> Sorted(TunnelTables tables) =>
        [.. tables.Snapshot().Select(u => u.ToString()).Order(StringComparer.Ordinal)];
}
