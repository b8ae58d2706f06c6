using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// Who may forward while host and NIC do not hear each other (N11, P5). The host puts policies in force without a NIC that it calls silent.
/// </summary>
public sealed class LeaseTests
{
    /// <summary>Several windows of the channel.</summary>
    private const int FlowCount = 60;

    private static readonly DatapathActions Before = new(new OutputAction(new OdpPort(2)));
    private static readonly DatapathActions After = new(new OutputAction(new OdpPort(3)));

    private static ServerRig Start()
    {
        var rig = new ServerRig(Seeded.Random(11));
        PutAll(rig, Before);
        rig.Settle();
        SendAll(rig);
        Assert.All(rig.Delivered, delivered => Assert.Equal(2u, delivered.Port.Value));
        Assert.Equal(FlowCount, rig.Nic.L2.Count);
        return rig;
    }

    private static void PutAll(ServerRig rig, DatapathActions actions)
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        for (uint number = 0; number < FlowCount; number++)
            rig.Put(new Ufid(1, number), Keys.Udp(1, 1, number, 0, 0), mask, actions);
    }

    private static void SendAll(ServerRig rig)
    {
        rig.Delivered.Clear();
        for (uint number = 0; number < FlowCount; number++) rig.Send(1, Frames.Udp(rig.Pool, 1, number, 5, 7));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    public void A_NIC_that_got_no_processor_forwards_by_no_flow_that_was_changed_meanwhile(double fault)
    {
        using var rig = Start();
        rig.IsNicStill = true;
        PutAll(rig, After);
        while (rig.Hook.IsReachable) rig.Run(1);
        // From here on a barrier is answered. What the NIC does next is what lay before it first: frames.
        rig.Fault = fault;
        rig.IsNicStill = false;
        for (var ms = 0; ms < 400; ms++)
        {
            SendAll(rig);
            Assert.Equal(FlowCount, rig.Delivered.Count);
            Assert.All(rig.Delivered, delivered => Assert.Equal(3u, delivered.Port.Value));
            rig.Run(1);
        }

        rig.Settle();
        var answered = rig.Nic.Counters.L1Frames + rig.Nic.Counters.L2Frames;
        SendAll(rig);
        Assert.Equal(answered + FlowCount, rig.Nic.Counters.L1Frames + rig.Nic.Counters.L2Frames);
        rig.CheckAccounts();
    }

    [Fact]
    public void A_host_that_got_no_processor_may_take_its_NIC_for_silent()
    {
        using var rig = Start();
        rig.IsHostStill = true;
        rig.Run(701);
        // It looks at the clock before it reads what came.
        rig.Hook.Tick(rig.NowMs);
        Assert.False(rig.Hook.IsReachable);
        PutAll(rig, After);
        SendAll(rig);
        Assert.All(rig.Delivered, delivered => Assert.Equal(3u, delivered.Port.Value));
        Assert.Equal(FlowCount, rig.Nic.Counters.DivertedFrames);
        rig.IsHostStill = false;
        rig.Settle();
        SendAll(rig);
        Assert.Equal(FlowCount, rig.Nic.Counters.DivertedFrames);
    }

    [Fact]
    public void Flows_are_used_until_shortly_before_the_host_calls_the_NIC_silent_and_again_after_the_first_word()
    {
        using var rig = Start();
        rig.IsHostStill = true;
        var usedMs = 0;
        for (; !rig.Nic.IsDiverting(rig.NowMs); usedMs++) rig.Run(1);
        Assert.InRange(usedMs, 500, 650);
        rig.IsHostStill = false;
        rig.Run(1);
        Assert.False(rig.Nic.IsDiverting(rig.NowMs));
        Assert.True(rig.Hook.IsReachable);
    }

    [Fact]
    public void A_promise_to_an_earlier_NIC_is_none_and_one_in_time_asks_for_nothing_anew()
    {
        var lease = new HostLease();
        Assert.False(lease.Holds(0, 0));
        lease.Renew(100, asked: 5, nowMs: 10);
        Assert.False(lease.Holds(4, 20));
        Assert.True(lease.Holds(5, 99));
        lease.Renew(150, asked: 9, nowMs: 50);
        Assert.True(lease.Holds(5, 149));
        Assert.False(lease.Holds(9, 150));
        lease.Renew(120, asked: 11, nowMs: 160);
        Assert.False(lease.Holds(11, 160));
        lease.Renew(250, asked: 12, nowMs: 170);
        Assert.False(lease.Holds(11, 180));
        Assert.True(lease.Holds(12, 180));
        lease.Lose();
        Assert.False(lease.Holds(12, 180));

        using var rig = Start();
        Assert.True(rig.Hook.Pcie.HasHeardNic);
        rig.Nic.Reset();
        Assert.False(rig.Nic.Pcie.HoldsLease(ulong.MaxValue, rig.NowMs));
        rig.Settle();
        Assert.True(rig.Nic.Pcie.HoldsLease(ulong.MaxValue, rig.NowMs));
    }
}
