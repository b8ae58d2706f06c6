using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Actors.Tests;

/// <summary>Another topology for servers that run: what they follow while they run, and what they are made anew for.</summary>
public sealed class LivePlanTests : FabricRig
{
    private const string Last = "  - {name: b-2, overlay: green, server: server-2}";

    private FabricTopology _now = Plans.Load(Plans.TwoServers);
    private long _epoch = 1;

    [Fact]
    public void A_VM_that_is_added_is_reached_by_those_that_run_on()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var before = Frames("a-1");
        Deploy(Plans.TwoServers.Replace(Last, Last + "\n  - {name: a-4, overlay: blue, server: server-2}", StringComparison.Ordinal));
        Assert.True(Frames("a-1") >= before, "server-1 was made anew");
        AssertPings("a-1", "10.1.0.4");
        Assert.Equal(3, PingFrom("server-2", "a-4", "10.1.0.3").Received);
        Assert.Contains(Report("server-2").Vms, vm => vm is { Name: "a-4", State: "running" });
        AssertConserved();
    }

    [Fact]
    public void A_VM_that_is_taken_away_takes_its_port_and_its_addresses_with_it()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.3");
        AssertPings("a-2", "10.1.0.3");
        var before = Frames("a-1");
        const string Gone = "  - {name: a-3, overlay: blue, server: server-1}\n";
        Assert.Contains(Gone, Plans.TwoServers, StringComparison.Ordinal);
        Deploy(Plans.TwoServers.Replace(Gone, "", StringComparison.Ordinal));
        Assert.True(Frames("a-1") >= before, "server-1 was made anew");
        Assert.DoesNotContain(Report("server-1").Vms, vm => vm.Name == "a-3");
        Assert.Equal(0, PingFrom("server-2", "a-2", "10.1.0.3").Received);
        AssertPings("a-1", "10.1.0.2");
        // And back again, while the earlier one may not have ended.
        Deploy(Plans.TwoServers);
        AssertPings("a-2", "10.1.0.3");
        AssertConserved();
    }

    [Fact]
    public void Rules_of_the_topology_are_followed_and_servers_of_which_nothing_is_said_stay()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.3");
        var (first, second) = (Frames("a-1"), Report("server-2").Vms.Single(vm => vm.Name == "a-2").RxFrames);
        Deploy(Plans.TwoServers + "\novs: {server-1: {flows: {br-int: [\"priority=500,icmp,nw_dst=10.1.0.3,actions=drop\"]}}}\n");
        Assert.True(Frames("a-1") >= first, "server-1 was made anew");
        Assert.True(Report("server-2").Vms.Single(vm => vm.Name == "a-2").RxFrames >= second, "server-2 was made anew");
        Assert.Equal(0, PingFrom("server-1", "a-1", "10.1.0.3").Received);
        Deploy(Plans.TwoServers);
        AssertPings("a-1", "10.1.0.3");
    }

    [Fact]
    public void A_NIC_of_another_size_is_a_server_made_anew()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 20);
        var before = Frames("a-1");
        Deploy(Plans.TwoServers.Replace("{vfs: 8}", "{vfs: 8, rules: 77}", StringComparison.Ordinal));
        Assert.True(Frames("a-1") < before, "server-1 was not made anew");
        AssertPings("a-1", "10.1.0.2");
    }

    [Theory]
    [InlineData("vfs: 8", "vfs: 9", "its NIC is another: agilio")]
    [InlineData("mtu: 1600", "mtu: 1700", "the underlay's subnet or MTU is another")]
    [InlineData("127.64.0.0/16", "127.65.0.0/16", "its VTEP is 127.65.0.1 instead of 127.64.0.1")]
    [InlineData("nic: agilio}]", "nic: agilio, offload: off}]", "its offload is Off instead of Transparent")]
    [InlineData("nic: agilio}]", "nic: agilio, datapath: userspace}]", "its datapath is Userspace instead of Kernel")]
    [InlineData("nic: agilio}]", "nic: agilio, durability: barrier}]", "its durability is another")]
    [InlineData("a-1, overlay: blue", "a-1, overlay: green", "a-1 has another overlay, address or MTU")]
    [InlineData("vni: 5000", "vni: 5001", null)]
    [InlineData("a-3, overlay: blue, server: server-1", "a-3, overlay: blue, server: server-2", null)]
    public void What_cannot_be_followed_is_told_with_its_reason(string was, string becomes, string? why)
    {
        var next = Plans.Load(Plans.TwoServers.Replace(was, becomes, StringComparison.Ordinal));
        Assert.Equal(why, PlanChange.WhyAnew(Plans.Of(_now, "server-1"), Plans.Of(next, "server-1", 2)));
    }

    private void Deploy(string topology)
    {
        (_now, _epoch) = (Plans.Load(topology), _epoch + 1);
        foreach (var (name, server) in Servers) server.Tell(new EnsureServer(Plans.Of(_now, name, _epoch)), TestActor);
        for (var i = 0; i < 20; i++) Advance(100);
        foreach (var name in Servers.Keys) AwaitReady(name, _epoch);
    }

    private long Frames(string vm) => Report("server-1").Vms.Single(state => state.Name == vm).RxFrames;

    private PingReply PingFrom(string server, string vm, string destination)
    {
        Servers[server].Tell(new RunPing(vm, destination, 3, 56, 10, 1_000, 0, 0, Forget: false), TestActor);
        return Await<PingReply>();
    }
}
