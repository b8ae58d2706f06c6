using Akka.Actor;
using Akka.TestKit.Xunit2;
using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Cluster.Tests;

/// <summary>Ping meshes and validation against a region that answers as the test says.</summary>
public sealed class ClientTests : TestKit
{
    private const string Yaml =
        """
        name: two
        nics: {agilio: {vfs: 8}}
        servers: [{name: "server-{1..2}", nic: agilio}]
        overlays:
          - {name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}
          - {name: green, type: geneve, vni: 6000, subnet: [10.1.0.0/24, "fd00:6::/64"]}
        vms:
          - {name: "a-{1..3}", overlay: blue, placement: spread}
          - {name: "b-{1..2}", overlay: green, placement: spread}
        validate:
          - {pingall: {overlay: blue, within: 1s}}
          - {isolated: [blue, green]}
          - {offloaded: {server: "*", share: ">= 0.5"}}
        """;

    private readonly FabricTopology _topology = QuietNode.Load(Yaml);
    private readonly List<RunPing> _pings = [];
    private Func<RunPing, int> _received = ping => ping.RunId == 0 ? ping.Count : 0;
    private long _leaked;

    public ClientTests()
        : base("akka.loglevel = OFF\nakka.stdout-loglevel = OFF")
    {
    }

    [Fact]
    public async Task A_mesh_pings_every_ordered_pair_within_and_across_once_per_common_family()
    {
        var reply = await Mesh().RunAsync(_topology, new PingMeshRequest(), default);
        Assert.True(reply.Passed);
        // blue 3*2 in IPv4, green 2*1 in both families; across 3*2*2 in IPv4, and none in IPv6, which blue has not.
        Assert.Equal((6 + 4, 12), (reply.Within.Count, reply.Across.Count));
        Assert.All(reply.Within, p => Assert.True(p.Source != p.Destination && p.SourceOverlay == p.DestinationOverlay));
        Assert.All(reply.Across, p => Assert.True(p.SourceOverlay != p.DestinationOverlay && p.Family == 4));
        Assert.Equal(22, _pings.Count);
        Assert.Equal(12, _pings.Where(p => p.RunId != 0).Select(p => p.RunId).Distinct().Count());
    }

    [Fact]
    public async Task A_mesh_of_one_overlay_has_its_pairs_only()
    {
        var reply = await Mesh().RunAsync(_topology, new PingMeshRequest(Overlay: "green"), default);
        Assert.Equal((4, 0), (reply.Within.Count, reply.Across.Count));
        Assert.Equal([4, 6], reply.Within.Select(p => p.Family).Distinct().Order());
        var refused = await Assert.ThrowsAsync<FabricRequestException>(() => Mesh().RunAsync(_topology,
            new PingMeshRequest(Overlay: "red"), default));
        Assert.Equal(RequestFailure.Invalid, refused.Failure);
    }

    [Fact]
    public async Task Validation_reports_each_check_in_order()
    {
        var reply = await ValidateAsync(flows: 10, offloaded: 5);
        Assert.True(reply.Passed, string.Join('\n', reply.Checks));
        Assert.Equal(["6 of 6 pairs answer", "12 frames sent across, 0 delivered", "10 of 20 flows"], reply.Checks.Select(c => c.Detail));
    }

    [Fact]
    public async Task One_lost_echo_one_leaked_frame_or_too_few_offloaded_flows_fail_their_check()
    {
        _received = ping => ping.Vm == "a-2" ? 0 : ping.Count;
        _leaked = 1;
        var reply = await ValidateAsync(flows: 10, offloaded: 4);
        Assert.Equal([false, false, false], reply.Checks.Select(c => c.Passed));
        Assert.Equal("4 of 6 pairs answer", reply.Checks[0].Detail);
        Assert.Equal("12 frames sent across, 12 delivered", reply.Checks[1].Detail);
        Assert.Equal("server-1 40.0 %, server-2 40.0 %", reply.Checks[2].Detail);
        Assert.True(reply.Checks[0].TookMs >= 1_000);
    }

    [Fact]
    public async Task Servers_without_flows_have_no_share_and_fail()
    {
        var reply = await ValidateAsync(flows: 0, offloaded: 0);
        Assert.Equal("server-1 has no flows, server-2 has no flows", reply.Checks[2].Detail);
        Assert.False(reply.Passed);
    }

    private Task<ValidateReply> ValidateAsync(int flows, int offloaded) =>
        new Validation(new InspectedFabric(flows, offloaded), Mesh()).RunAsync(_topology, default);

    private PingMesh Mesh()
    {
        var region = Sys.ActorOf(Props.Create(() => new Region(this)));
        return new PingMesh(new FabricRequests(Sys, region, ActorRefs.Nobody));
    }

    private sealed class Region : ReceiveActor
    {
        public Region(ClientTests test)
        {
            Receive<ServerEnvelope>(envelope =>
            {
                object reply = envelope.Message switch
                {
                    RunPing ping => Pong(test, ping),
                    CountForeign count => new ForeignCount(count.Vm, test._leaked),
                    var other => new RequestRefused(RequestFailure.Invalid, other.ToString()!),
                };
                Sender.Tell(reply);
            });
        }

        private static PingReply Pong(ClientTests test, RunPing ping)
        {
            test._pings.Add(ping);
            var received = test._received(ping);
            return new PingReply(
                ping.Vm, ping.Destination, ping.Destination, ping.Count, received, null, 0,
                [.. Enumerable.Range(1, ping.Count).Select(i => new PingEcho(i, i <= received ? 100 : null, i <= received ? null
                    : "timeout"))]);
        }
    }
}
