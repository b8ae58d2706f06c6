using System.Diagnostics;

namespace Fabric.Actors.Tests;

/// <summary>
/// Stock <c>ovs-ofctl</c> changes a rule under tens of thousands of flows in L1, with traffic on all of them. What is sent after it has
/// ended must not go by the old rule: every frame of that is told by what is written in it, so none is excused as having been on its way.
/// </summary>
public sealed class RevocationTests
{
    private const int FlowCount = 60_000;
    private const string Match = "in_port=1,udp";

    private const string Topology =
        """
        name: revocation
        underlay: {subnet: 127.71.0.0/16}
        nics: {card: {vfs: 8, pcie: {latency: LATENCY}}}
        servers: [{name: server-1, nic: card}]
        overlays: [{name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}]
        vms: [{name: "web-{1..2}", overlay: blue, server: server-1}]
        """;

    [Theory]
    [InlineData("1us", "--strict", "del-flows", $"priority=600,{Match}")]
    [InlineData("40ms", "--strict", "del-flows", $"priority=600,{Match}")]
    [InlineData("40ms", "mod-flows", $"{Match},actions=drop")]
    [InlineData("40ms", "--bundle", "add-flow", $"priority=700,{Match},actions=drop")]
    public void No_frame_sent_after_ovs_ofctl_has_ended_follows_the_old_rule(string latency, params string[] command)
    {
        var topology = Topology.Replace("LATENCY", latency, StringComparison.Ordinal);
        using var server = new LiveServer(topology, "web-1", "web-2", "10.1.0.2", FlowCount);
        server.Ofctl("add-flow", "br-int", $"priority=500,{Match},actions=drop");
        server.Ofctl("add-flow", "br-int", $"priority=600,{Match},actions=output:2");
        server.BeginLoad(isKnown: true);
        Await(server, () => server.Nic.FlowsL1 >= FlowCount);
        var received = server.Received;
        Await(server, () => server.Received > received + FlowCount);

        server.Ofctl([.. command.SkipLast(1), "br-int", command[^1]]);
        server.BeginLoad(isKnown: false);
        Assert.Equal(0, server.OthersReceived);
        var before = server.Sent;
        // A little more, since what the VM still had of the run before counts as well.
        Await(server, () => server.Sent >= before + FlowCount * 11 / 10);
        var sent = server.EndLoad();
        Assert.True(sent >= FlowCount, $"{sent} frames were sent, and there are {FlowCount} flows");
        Assert.Equal(0, server.OthersReceived);

        // The other run is seen where the rules let it pass.
        server.Ofctl("add-flow", "br-int", $"priority=800,{Match},actions=output:2");
        server.BeginLoad(isKnown: false);
        Await(server, () => server.OthersReceived > FlowCount);
        server.EndLoad();
    }

    private static void Await(LiveServer server, Func<bool> isReached)
    {
        var clock = Stopwatch.StartNew();
        while (!isReached())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(120), $"{server.Nic.FlowsL1} flows in L1, {server.Received} received");
            Thread.Sleep(10);
        }
    }
}
