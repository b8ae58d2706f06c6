using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Every way in which a card says no reaches the flow of the kernel as a reason; its frames are counted by theirs.</summary>
public sealed class RefusalTests
{
    /// <summary>Actions that a flow of its own asks for, and words of the reason why the NIC does not execute it.</summary>
    private static readonly (string Actions, string Reason)[] Refused =
    [
        ("9", "port 9, which the NIC does not have"),
        ("2,clone(push_vlan(vid=5,pcp=0),9)", "port 9, which the NIC does not have"),
        ("0", "the host's own port"),
        ("meter(1),2", "meters"),
        ("ct(zone=5),2", "connections are tracked on the host"),
        ("ct_clear,2", "connections are tracked on the host"),
        ("recirc(0x5)", "second lookup"),
        ("hash(l4(0)),recirc(0x5)", "dp_hash"),
        ("userspace(pid=0,controller(reason=1,dont_send=0,continuation=0,recirc_id=1,rule_cookie=0,controller_id=0,max_len=65535))",
            "userspace"),
        ("sample(sample=50.0%,actions(2)),3", "sample"),
        ("check_pkt_len(size=100,gt(2),le(3))", "check_pkt_len"),
        ("pop_eth,2", "without an Ethernet header"),
        ("set(icmp(type=0)),2", "does not rewrite Icmp"),
    ];

    private static FlowMask Destinations()
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        return mask;
    }

    private static Ufid Put(ServerRig rig, int number, string actions, FlowMask mask)
    {
        Assert.True(DatapathActions.TryParse(actions, out var list, out var error), $"{actions}: {error}");
        var ufid = new Ufid(1, (ulong)number);
        rig.Put(ufid, Keys.Udp(1, 1, (uint)number, 0, 0), mask, list);
        return ufid;
    }

    [Fact]
    public void Each_refusal_tells_its_reason_and_counts_its_frames()
    {
        using var rig = new ServerRig(new Random(1));
        for (var i = 0; i < Refused.Length; i++) Put(rig, 100 + i, Refused[i].Actions, Destinations());
        var good = Put(rig, 99, "2", Destinations());
        rig.Settle();
        for (var i = 0; i < Refused.Length; i++)
            for (var frame = 0; frame <= i; frame++) rig.Send(1, Frames.Udp(rig.Pool, 1, (uint)(100 + i), 1, 2));
        rig.Send(1, Frames.Udp(rig.Pool, 1, 99, 1, 2), Frames.Udp(rig.Pool, 1, 98, 1, 2));
        rig.Settle();

        for (var i = 0; i < Refused.Length; i++)
        {
            Assert.True(rig.Kernel.TryGetFlow(new Ufid(1, (ulong)(100 + i)), out var flow));
            Assert.Equal(OffloadState.Refused, flow.Offload);
            Assert.Contains(Refused[i].Reason, flow.NotOffloadedBecause);
            Assert.Equal(i + 1, flow.Fallbacks.Total);
            var isForHost = Refused[i].Actions == "0";
            Assert.Equal(isForHost ? i + 1 : 0, flow.Fallbacks.HostDestined);
            Assert.Equal(isForHost ? 0 : i + 1, flow.Fallbacks.NotProcessable);
        }

        Assert.True(rig.Kernel.TryGetFlow(good, out var offloaded));
        Assert.Equal((null, 1, 0), (offloaded.NotOffloadedBecause, offloaded.Packets, offloaded.HostPackets));
        // Of all that the NIC gave up on, only the frame that no flow matches is not in an account of a flow.
        var inFlows = rig.Kernel.Flows.Sum(flow => flow.Fallbacks.Total);
        var given = Enum.GetValues<FallbackReason>().Sum(rig.Kernel.Fallbacks);
        Assert.Equal((given, 1), (inFlows + 1, rig.Kernel.Fallbacks(FallbackReason.NotLearned)));
    }

    [Theory]
    [InlineData("rules")]
    [InlineData("statistics contexts")]
    [InlineData("masks")]
    [InlineData("rest")]
    public void A_pool_that_has_run_dry_is_named_and_its_flow_is_forwarded_by_the_host(string pool)
    {
        var options = new SmartNicOptions();
        using var rig = new ServerRig(new Random(1), pool switch
        {
            "rules" => options with { RuleLimit = 2 },
            "statistics contexts" => options with { StatisticsContextLimit = 2 },
            "masks" => options with { MaskLimit = 1 },
            _ => options with { MaskLimit = 1, MaskIdRestUs = 60_000_000 },
        });
        var first = Put(rig, 1, "2", Destinations());
        if (pool is "rules" or "statistics contexts") Put(rig, 2, "2", Destinations());
        rig.Settle();
        if (pool == "rest")
        {
            rig.Kernel.FlowDelete(first);
            rig.Settle();
        }

        var wider = Destinations();
        wider.Bits.NwProto = byte.MaxValue;
        var late = Put(rig, 3, "3", wider);
        rig.Settle();
        Assert.True(rig.Kernel.TryGetFlow(late, out var flow));
        Assert.Contains(pool, flow.NotOffloadedBecause);
        rig.Send(1, Frames.Udp(rig.Pool, 1, 3, 1, 2, number: 77));
        rig.Settle();
        Assert.Equal((new OdpPort(3), 77), (rig.Delivered.Single().Port, Frames.NumberOf(rig.Delivered.Single().Bytes)));
        Assert.Equal((1, 1), (flow.Fallbacks.NotLearned, flow.HostPackets));
    }

    [Fact]
    public void A_flow_that_waits_for_its_answer_says_so()
    {
        using var rig = new ServerRig(new Random(1));
        var ufid = Put(rig, 1, "2", Destinations());
        Assert.True(rig.Kernel.TryGetFlow(ufid, out var flow));
        Assert.Equal("the NIC has not answered yet", flow.NotOffloadedBecause);
        rig.Settle();
        Assert.Null(flow.NotOffloadedBecause);
        rig.Kernel.OffloadReset();
        Assert.Equal("waits to be offered again", flow.NotOffloadedBecause);
    }
}
