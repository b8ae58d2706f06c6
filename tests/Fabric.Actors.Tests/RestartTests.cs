using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

/// <summary>What a restart of each part means, as written on its actor.</summary>
public sealed class RestartTests : FabricRig
{
    private const int Echoes = 200;

    [Fact]
    public void A_NIC_that_restarts_has_empty_caches_is_told_everything_anew_and_works()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 5);
        var before = Inspect("server-1");
        Assert.True(before.FlowsL1 > 0 && before.FlowsL2 > 0);

        Break("server-1", "nic");
        var after = Inspect("server-1");
        Assert.Equal((0, 0L, 0L), (after.FlowsL1, after.Tiers.L1, after.Tiers.L2));
        Advance(300);
        Assert.Equal(before.FlowsL3, Inspect("server-1").FlowsL2);
        AssertPings("a-1", "10.1.0.2", 5);
        Assert.True(Inspect("server-1").Tiers.L1 > 0);
        AssertConserved();
    }

    [Fact]
    public void A_plain_NIC_that_restarts_brings_tunnelled_frames_to_the_host_again()
    {
        StartBoth(Fabric.Topology.OffloadMode.Off);
        AssertPings("a-1", "10.1.0.2");
        Break("server-1", "nic");
        Advance(300);
        AssertPings("a-1", "10.1.0.2");
        AssertPings("b-2", "10.1.0.1");
        AssertConserved();
    }

    [Fact]
    public void A_NIC_that_restarts_in_the_middle_loses_only_what_it_held()
    {
        StartBoth();
        BeginPing("a-1", "10.1.0.2", Echoes);
        Advance(500);
        Break("server-1", "nic");
        Advance(500);
        Break("server-2", "nic");
        var reply = Await<PingReply>();
        Assert.Equal(Echoes, reply.Sent);
        Assert.True(reply.Received >= Echoes - 4, $"{reply.Received} received");
        AssertConserved();
    }

    [Fact]
    public void A_kernel_datapath_that_restarts_has_no_flows_flushes_the_NIC_and_learns_anew()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 5);
        var before = Inspect("server-1");
        Assert.True(before.FlowsL3 > 0);

        Break("server-1", "kernel");
        var after = Inspect("server-1");
        Assert.Equal((0, 0), (after.FlowsL3, after.FlowsL2));
        AssertPings("a-1", "10.1.0.2", 5);
        var learned = Inspect("server-1");
        Assert.True(learned.Tiers.Agent > before.Tiers.Agent);
        Assert.Equal((learned.FlowsL3, learned.FlowsL3), (learned.FlowsL2, learned.FlowsOffloaded));
        Advance(2_000);
        AssertPings("b-2", "10.1.0.1");
        AssertConserved();
    }

    [Fact]
    public void Flows_still_age_out_after_the_kernel_datapath_restarted()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        Break("server-1", "kernel");
        AssertPings("a-1", "10.1.0.2");
        Assert.True(Inspect("server-1").FlowsL3 > 0);
        // The guests confirm their neighbours once more after a while; then nothing is left to say.
        Advance(30_000);
        Assert.Equal(0, Inspect("server-1").FlowsL3);
        AssertConserved();
    }

    [Fact]
    public void An_agent_that_restarts_costs_established_flows_nothing_and_has_its_rules()
    {
        StartBoth();
        BeginPing("a-1", "10.1.0.2", Echoes);
        Advance(300);
        var before = Inspect("server-1");
        Break("server-1", "agent");
        Assert.Equal(before.FlowsL3, Inspect("server-1").FlowsL3);
        Advance(200);
        Break("server-2", "agent");
        var reply = Await<PingReply>();
        Assert.Equal((Echoes, Echoes), (reply.Sent, reply.Received));
        Assert.Equal(before.Rules, Inspect("server-1").Rules);
        AssertPings("a-1", "10.1.0.3");
        AssertConserved();
    }

    [Fact]
    public void The_first_sweep_of_a_new_agent_removes_the_flows_that_it_does_not_know()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        Assert.True(Inspect("server-1").FlowsL3 > 0);
        Break("server-1", "agent");
        Advance(1_100);
        var state = Inspect("server-1");
        Assert.Equal((0, 0), (state.FlowsL3, state.FlowsL2));
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void An_agent_that_fails_in_a_batch_of_upcalls_gives_the_others_frames_back()
    {
        StartBoth();
        var batch = new UpcallBatch { Count = 3 };
        for (var i = 0; i < 3; i++)
        {
            if (i == 1) continue;
            Assert.True(Pool.TryRent(60, out var frame));
            frame.Bytes.Clear();
            batch.Room[i] = new Upcall { Frame = frame };
        }

        Sys.ActorSelection(Servers["server-1"].Path / "agent").Tell(batch);
        AssertPings("a-1", "10.1.0.2");
        Advance(1_000);
        Assert.Equal(0, Pool.Outstanding);
    }

    [Fact]
    public void A_VM_that_restarts_reboots_with_its_identity_and_returns_its_frames()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        BeginPing("a-1", "10.1.0.99", 3);
        Advance(5);
        Assert.True(Pool.Outstanding > 0);
        var before = Report("server-1").Vms.Single(vm => vm.Name == "a-1");
        Break("server-1", "vm-a-1");
        var after = Report("server-1").Vms.Single(vm => vm.Name == "a-1");
        Assert.Equal((before.Mac, string.Join(' ', before.Addresses)), (after.Mac, string.Join(' ', after.Addresses)));
        AssertPings("a-1", "10.1.0.2");
        AssertPings("a-2", "10.1.0.1");
        AssertConserved();
    }

    [Fact]
    public void A_VF_that_restarts_passes_frames_again()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        Break("server-1", "vf0");
        AssertPings("a-1", "10.1.0.2", 20);
        AssertConserved();
    }

    [Fact]
    public void A_VF_whose_link_is_down_drops_and_says_so()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var vf = Sys.ActorSelection(Servers["server-1"].Path / "vf0");
        vf.Tell(new SetVfLink(false));
        Assert.Equal(0, Ping("a-1", "10.1.0.2").Received);
        Assert.False(Report("server-1").Vfs.Single(v => v.Name == "vf0").LinkUp);
        Assert.True(Inspect("server-1").Drops[nameof(DropReason.PortDown)] > 0);
        vf.Tell(new SetVfLink(true));
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void An_underlay_that_restarts_opens_its_sockets_again_and_keeps_its_counters()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        var (opened, sent) = (Underlay.Opened, Node.UnderlayPorts.Counters.Sent.Out);
        Assert.True(sent > 0);
        Underlay.FailsOnce = true;
        Ping("a-1", "10.1.0.2");
        AwaitAssert(() => Assert.Equal(opened + 2, Underlay.Opened));
        AssertPings("a-1", "10.1.0.2");
        Assert.True(Node.UnderlayPorts.Counters.Sent.Out > sent);
        AssertConserved();
    }

    [Fact]
    public void A_VTEP_that_cannot_be_opened_again_is_told_to_its_server_which_tries_until_it_can()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        Underlay.Taken.Add("127.64.0.1");
        Underlay.FailsOnce = true;
        Ping("a-1", "10.1.0.2");
        Directory.FishForMessage(m => m is Placement { Server: "server-1", Ready: false, Failure: not null });
        Underlay.Taken.Clear();
        Servers["server-1"].Tell(new ProbeServer(1));
        AwaitReady("server-1", 1);
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }
}
