using Fabric.Actors.Protocol;
using Fabric.Actors.Tests.OpenFlow;
using Fabric.OpenFlow;

namespace Fabric.Actors.Tests;

/// <summary>An Agilio under rules of which each asks for something that the card leaves to the host.</summary>
public sealed class RefusalTests() : DatabaseRig(Plans.TwoServers.Replace("{vfs: 8}", "{vfs: 8, offloads: agilio-cx}"))
{
    /// <summary>Actions for the packets to one address each, and words of the reason why their flow stays on the host.</summary>
    private static readonly (string Actions, string Reason)[] Rules =
    [
        ("ct(zone=5,table=60)", "connections are tracked on the host"),
        ("meter:1,output:3", "meters"),
        ("LOCAL", "the host's own port"),
        ("controller(max_len=64)", "userspace"),
        ("group:7", "dp_hash"),
        ("check_pkt_larger(100)->NXM_NX_REG0[0],resubmit(,61)", "check_pkt_len"),
        ("output:3,IN_PORT", "sends to one port"),
        ("mod_nw_tos:8,output:3", "rewrite TOS"),
        ("push_mpls:0x8847,output:3", "MPLS"),
        ("output(port=3,max_len=60)", "cut packets"),
    ];

    private const string Answer =
        "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],mod_dl_src:02:aa:00:00:00:01,load:2->NXM_OF_ARP_OP[],"
        + "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],move:NXM_OF_ARP_SPA[]->NXM_NX_REG1[],move:NXM_OF_ARP_TPA[]->NXM_OF_ARP_SPA[],"
        + "move:NXM_NX_REG1[]->NXM_OF_ARP_TPA[],load:0x02aa00000001->NXM_NX_ARP_SHA[],IN_PORT";

    [Fact]
    public void Every_flow_that_is_not_offloaded_says_why()
    {
        StartBoth();
        var client = new RigClient(Node, "server-1", "br-int", CreateTestProbe());
        Program(client);
        var all = new List<FlowEntry>();
        for (var i = 0; i < Rules.Length; i++)
        {
            Assert.Equal(0, Ping("a-1", $"10.1.0.{100 + i}", 3).Received);
            var refused = Flows("server-1", null, "non-offloaded").Flows;
            all.AddRange(refused);
            var flow = Assert.Single(refused, f => f.Match.Contains($"dst=10.1.0.{100 + i},", StringComparison.Ordinal)
                && f.Match.Contains("recirc_id(0)", StringComparison.Ordinal));
            Assert.Contains(Rules[i].Reason, flow.Reason);
            // The first packet went up to the agent; the others found this flow.
            Assert.Equal(2, flow.Fallback!.NotLearned + flow.Fallback.HostDestined + flow.Fallback.NotProcessable);
        }

        Assert.All(all, flow => Assert.False(string.IsNullOrWhiteSpace(flow.Reason), flow.Match));
        Assert.All(all, flow => Assert.Equal("no", flow.Offloaded));
        Assert.Contains(all, flow => flow.Reason!.Contains("does not match fields of ARP", StringComparison.Ordinal));
        Assert.Contains(all, flow => flow.Reason!.Contains("does not match recirc_id", StringComparison.Ordinal));
        AssertConserved();
    }

    [Fact]
    public void A_trace_of_what_is_for_the_server_itself_ends_there()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        new RigClient(Node, "server-1", "br-int", CreateTestProbe()).Add("table=0,priority=900,in_port=1,ip,actions=LOCAL");
        Node.Tracer.TryBegin(0x900);
        Servers["server-1"].Tell(new SendTraced("a-1", "icmp,nw_dst=10.1.0.2", 0x900), TestActor);
        ExpectMsg<TracedSent>();
        Advance(100);
        Assert.Contains(Node.Tracer.Collect(0x900, end: true), s => s is { Generation: 0, Server: "server-1", What: TraceWords.Taken });
        AssertConserved();
    }

    private static void Program(RigClient client)
    {
        Assert.Empty(client.Ask(
            new MeterModMessage(new MeterMod(MeterCommand.Add, 1)
            {
                Flags = MeterFlags.PacketsPerSecond, Bands = [new MeterBand(IsRemark: false, 1_000, 0)],
            }),
            new GroupModMessage(new GroupMod
            {
                Command = GroupCommand.Add, GroupId = 7, Type = GroupType.Select,
                Buckets = [Bucket(1, 3), Bucket(2, 1)],
            })));
        client.Add($"table=0,priority=900,in_port=1,arp,arp_tpa=10.1.0.96/27,actions={Answer}");
        client.Add("table=60,priority=1,actions=output:3");
        client.Add("table=61,priority=1,reg0=0,actions=output:3");
        client.Add("table=61,priority=2,reg0=1,actions=drop");
        for (var i = 0; i < Rules.Length; i++)
            client.Add($"table=0,priority=900,in_port=1,ip,nw_dst=10.1.0.{100 + i},actions={Rules[i].Actions}");
    }

    private static GroupBucket Bucket(uint id, ushort port) =>
        new(id) { Weight = 1, Actions = new OpenFlowActions(new OutputPortAction(new(port))) };
}
