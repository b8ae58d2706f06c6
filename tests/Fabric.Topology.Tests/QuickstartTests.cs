using System.Net;

namespace Fabric.Topology.Tests;

public sealed class QuickstartTests
{
    private static readonly FabricTopology Quickstart = Load.Valid(Repository.Quickstart);

    [Fact]
    public void It_has_four_servers_in_two_racks_with_addresses_in_order()
    {
        Assert.Equal("quickstart", Quickstart.Name);
        Assert.Equal(["a", "a", "b", "b"], Quickstart.Servers.Select(s => s.Rack));
        Assert.Equal(["server-1", "server-2", "server-3", "server-4"], Quickstart.Servers.Select(s => s.Name));
        Assert.Equal(
            ["127.64.0.1", "127.64.0.2", "127.64.0.3", "127.64.0.4"], Quickstart.Servers.Select(s => s.Vtep.ToString()));
        Assert.Equal(256, Quickstart.FindNic("agilio-cx")!.Masks);
    }

    [Fact]
    public void Every_server_has_one_vm_of_each_overlay()
    {
        foreach (var server in Quickstart.Servers)
        {
            Assert.Equal(["blue", "green"], Quickstart.VmsOn(server.Name).Select(v => v.Overlay));
            Assert.Equal([0, 1], Quickstart.VmsOn(server.Name).Select(v => v.Vf));
        }
    }

    /// <summary>Property T3.</summary>
    [Fact]
    public void Greens_vms_have_the_addresses_and_macs_of_blues()
    {
        var blue = Quickstart.VmsOf("blue").ToList();
        var green = Quickstart.VmsOf("green").ToList();
        Assert.Equal(4, blue.Count);
        Assert.Equal(blue.Select(v => (v.Mac, v.Ipv4)), green.Select(v => (v.Mac, v.Ipv4)));
        Assert.Equal("02:fa:b0:00:00:01", blue[0].Mac);
        Assert.Equal(IPAddress.Parse("10.1.0.4"), blue[3].Ipv4);
        Assert.Null(blue[0].Ipv6);
        Assert.Equal(IPAddress.Parse("fd00:6::4"), green[3].Ipv6);
    }

    [Fact]
    public void Its_checks_are_in_order()
    {
        Assert.Collection(
            Quickstart.Checks,
            c => Assert.Equal(new PingAllCheck { Overlay = "blue", WithinMs = 10_000 }, c),
            c => Assert.Equal(new PingAllCheck { Overlay = "green", WithinMs = 10_000 }, c),
            c => Assert.Equal(["blue", "green"], Assert.IsType<IsolatedCheck>(c).Overlays),
            c => Assert.Equal(
                new OffloadedCheck { Server = "*", Share = new Comparison(ComparisonOperator.GreaterOrEqual, 0.99) }, c));
    }
}
