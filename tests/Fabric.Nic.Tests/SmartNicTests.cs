using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>The pipeline of <see cref="SmartNic"/>, frame by frame.</summary>
public sealed class SmartNicTests
{
    private static OutputAction To(uint port) => new(new OdpPort(port));

    [Fact]
    public void A_flow_climbs_from_the_host_over_L2_to_L1()
    {
        using var rig = new NicRig();
        rig.Send(1, 2, number: 1);
        Assert.Equal((FallbackReason.NotLearned, 1), (rig.ToHost[0].Reason, Frames.NumberOf(rig.ToHost[0].Bytes)));
        Assert.Null(rig.Put(1, 2, To(2)));
        rig.Send(1, 2, number: 2);
        rig.Send(1, 2, number: 3);
        rig.Send(1, 2, number: 4);
        Assert.Equal([2, 3, 4], rig.Sent.Select(sent => Frames.NumberOf(sent.Bytes)));
        Assert.All(rig.Sent, sent => Assert.Equal(2u, sent.Port.Value));
        Assert.Equal((2L, 1L, 1L), (rig.Nic.Counters.L1Frames, rig.Nic.Counters.L2Frames, rig.Nic.Counters.NotLearnedFrames));

        var l1 = Assert.Single(rig.Nic.L1.List(1));
        var l2 = Assert.Single(rig.Nic.L2.List());
        Assert.Equal((2L, 3L, 1L, 3L), (l1.Hits, l1.Packets, l2.Hits, l2.Packets));
        rig.CheckAccount();
    }

    [Fact]
    public void One_batch_of_a_new_flow_asks_L2_once()
    {
        using var rig = new NicRig();
        rig.Put(1, 2, To(2));
        var batch = rig.Pool.RentBatch();
        for (var number = 0; number < 64; number++) batch.Add(Frames.Udp(rig.Pool, 1, 2, 5, 7, number));
        rig.Nic.ReceiveFromVf(new OdpPort(1), batch, 1);
        Assert.Equal((63L, 1L), (rig.Nic.Counters.L1Frames, rig.Nic.Counters.L2Frames));
        Assert.Equal(Enumerable.Range(0, 64), rig.Sent.Select(sent => Frames.NumberOf(sent.Bytes)));
        Assert.Equal(1, rig.Nic.L1.Count);
    }

    [Fact]
    public void After_an_answered_delete_no_frame_follows_the_flow()
    {
        using var rig = new NicRig();
        rig.Put(1, 2, To(2));
        for (var i = 0; i < 5; i++) rig.Send(1, 2);
        var result = Assert.Single(rig.Control(new FlowDelete(NicRig.UfidOf(1, 2))));
        Assert.Equal((true, 5L, 5L * Frames.Size), (result.IsOk, result.Final!.Value.Packets, result.Final.Value.Bytes));
        rig.Sent.Clear();
        rig.Send(1, 2);
        Assert.Empty(rig.Sent);
        Assert.Single(rig.ToHost);
        Assert.Equal(1, rig.Nic.L1.Counters.StaleHits);
    }

    [Fact]
    public void A_modified_flow_sends_the_next_frame_its_new_way()
    {
        using var rig = new NicRig();
        rig.Put(1, 2, To(2));
        for (var i = 0; i < 3; i++) rig.Send(1, 2);
        Assert.True(rig.Control(new FlowModify(new DatapathActions(To(3)), [NicRig.UfidOf(1, 2)]))[0].IsOk);
        rig.Send(1, 2);
        rig.Send(1, 2);
        Assert.Equal([2u, 2u, 2u, 3u, 3u], rig.Sent.Select(sent => sent.Port.Value));
        Assert.Equal(5, rig.Nic.L2.List()[0].Packets);
    }

    [Fact]
    public void Each_fallback_reason_is_counted_for_its_own_kind()
    {
        using var rig = new NicRig();
        Assert.Contains("userspace", rig.Put(1, 2, new UserspaceAction(0, UserspaceReason.Controller)));
        Assert.Contains("own port", rig.Put(1, 3, To(0)));
        rig.Send(1, 2);
        rig.Send(1, 3);
        rig.Send(1, 4);
        FallbackReason[] reasons = [FallbackReason.NotProcessable, FallbackReason.HostDestined, FallbackReason.NotLearned];
        Assert.Equal(reasons, rig.ToHost.Select(sent => sent.Reason));
        Assert.All(reasons, reason => Assert.Equal(1, rig.Nic.Counters.Fallback(reason)));
        Assert.All(rig.Nic.L2.List(), flow => Assert.Equal((1L, 0L), (flow.FallbackFrames, flow.Packets)));
    }

    [Fact]
    public void Frames_to_several_ports_arrive_at_each()
    {
        using var rig = new NicRig();
        rig.Put(1, 2, To(2), To(3), To(4));
        rig.Send(1, 2, number: 9);
        Assert.Equal([2u, 3u, 4u], rig.Sent.Select(sent => sent.Port.Value).Order());
        rig.CheckAccount();
        Assert.Equal(2, rig.Nic.Account.Created);
    }

    [Fact]
    public void A_full_VF_queues_and_then_drops_and_goes_on_when_it_has_room()
    {
        using var rig = new NicRig(new SmartNicOptions { VfWindow = 10, VfQueueFrames = 5 }) { GivesCredit = false };
        rig.Put(1, 2, To(2));
        for (var number = 0; number < 20; number++)
        {
            rig.Send(1, 2, number);
            rig.CheckAccount();
        }

        Assert.Equal((10, 5L, 5L), (rig.Sent.Count, rig.Nic.QueuedFrames, rig.Nic.Account.Drops[DropReason.VfQueueFull]));
        rig.Nic.GiveVfCredit(new OdpPort(2), 3, 1);
        Assert.Equal(2, rig.Nic.QueuedFrames);
        rig.Nic.GiveVfCredit(new OdpPort(2), 10, 1);
        rig.Send(1, 2, 20);
        Assert.Equal([.. Enumerable.Range(0, 15), 20], rig.Sent.Select(sent => Frames.NumberOf(sent.Bytes)));
        rig.CheckAccount();
    }

    [Fact]
    public void A_port_that_is_down_or_absent_neither_sends_nor_receives()
    {
        using var rig = new NicRig();
        rig.Put(1, 2, To(2));
        Assert.True(rig.Nic.TrySetLink(new OdpPort(2), isUp: false));
        rig.Send(1, 2);
        rig.Send(2, 1);
        rig.Nic.ReceiveFromVf(new OdpPort(99), Frames.Batch(rig.Pool, Frames.Udp(rig.Pool, 1, 2, 3, 4)), 1);
        Assert.Empty(rig.Sent);
        Assert.Equal((2L, 1L), (rig.Nic.Account.Drops[DropReason.PortDown], rig.Nic.Account.Drops[DropReason.NoSuchPort]));
        Assert.False(rig.Nic.TrySetLink(new OdpPort(99), isUp: true));
        rig.CheckAccount();
    }

    [Fact]
    public void A_frame_shorter_than_Ethernet_is_malformed()
    {
        using var rig = new NicRig();
        Assert.True(rig.Pool.TryRent(13, out var frame));
        rig.Nic.ReceiveFromVf(new OdpPort(1), Frames.Batch(rig.Pool, frame), 1);
        Assert.Equal(1, rig.Nic.Account.Drops[DropReason.MalformedFrame]);
        rig.CheckAccount();
    }

    [Fact]
    public void What_a_VM_writes_into_metadata_is_wiped()
    {
        using var rig = new NicRig();
        rig.Put(1, 2, To(2));
        var frame = Frames.Udp(rig.Pool, 1, 2, 3, 4);
        frame.Metadata.InPort = 3;
        frame.Metadata.RecircId = 7;
        frame.Metadata.SkbMark = 8;
        frame.Metadata.DpHash = 9;
        frame.Metadata.Tunnel = NicRig.Outer();
        frame.Metadata.Tunnel.IsPresent = true;
        rig.Nic.ReceiveFromVf(new OdpPort(1), Frames.Batch(rig.Pool, frame), 1);
        var key = Assert.Single(rig.Nic.L1.List(1)).Key;
        Assert.Equal((1u, 0u, 0u, 0u), (key.InPort.Value, key.RecircId, key.SkbMark, key.DpHash));
        Assert.Equal(FlowSections.Base, key.Sections);
        Assert.Single(rig.Sent);
    }

    [Fact]
    public void A_full_PCIe_ring_drops_and_opens_when_the_host_takes()
    {
        using var rig = new NicRig(new SmartNicOptions { Pcie = new PcieOptions { RingFrames = 8 } });
        rig.Control(new FlowFlush());
        for (var number = 0; number < 12; number++) rig.Send(1, 2, number);
        Assert.Equal((8, 4L), (rig.ToHost.Count, rig.Nic.Account.Drops[DropReason.PcieRingFull]));
        rig.HostTook(5);
        for (var number = 0; number < 12; number++) rig.Send(1, 2, number);
        Assert.Equal(13, rig.ToHost.Count);
        rig.CheckAccount();
    }

    [Fact]
    public void A_reset_forgets_flows_and_queues_and_keeps_ports()
    {
        using var rig = new NicRig(new SmartNicOptions { VfWindow = 1, VfQueueFrames = 5 }) { GivesCredit = false };
        rig.Put(1, 2, To(2));
        for (var i = 0; i < 4; i++) rig.Send(1, 2);
        rig.Nic.Reset();
        Assert.Equal((0, 0, 3L), (rig.Nic.L1.Count, rig.Nic.L2.Count, rig.Nic.Account.Drops[DropReason.PartStopped]));
        rig.Send(1, 2);
        Assert.Single(rig.ToHost);
        rig.CheckAccount();
    }

    [Fact]
    public void A_NIC_that_ends_gives_its_queued_buffers_back()
    {
        using var rig = new NicRig(new SmartNicOptions { VfWindow = 1, VfQueueFrames = 5 }) { GivesCredit = false };
        rig.Put(1, 2, To(2));
        for (var i = 0; i < 4; i++) rig.Send(1, 2);
        Assert.Equal(3, rig.Pool.Outstanding);
        rig.Nic.Dispose();
        Assert.Equal(0, rig.Pool.Outstanding);
        rig.CheckAccount();
    }

    [Fact]
    public void The_host_sends_by_ports_and_by_actions()
    {
        using var rig = new NicRig();
        rig.Nic.ReceiveFromHost(new OdpPort(3), Frames.Batch(rig.Pool, Frames.Udp(rig.Pool, 1, 2, 3, 4, 5)), 1);
        rig.Nic.ExecuteFromHost(
            Frames.Batch(rig.Pool, Frames.Udp(rig.Pool, 1, 2, 3, 4, 6)), ActionProgram.Compile(new DatapathActions(To(1), To(2))), 1);
        rig.Nic.ReceiveFromHost(new OdpPort(77), Frames.Batch(rig.Pool, Frames.Udp(rig.Pool, 1, 2, 3, 4)), 1);
        Assert.Equal([(1u, 6), (2u, 6), (3u, 5)], rig.Sent.Select(sent => (sent.Port.Value, Frames.NumberOf(sent.Bytes))).Order());
        Assert.Equal(1, rig.Nic.Account.Drops[DropReason.NoSuchPort]);
        rig.CheckAccount();
    }

    [Fact]
    public void A_marked_frame_tells_its_steps_and_an_unmarked_one_does_not()
    {
        using var rig = new NicRig();
        rig.Nic.Trace = rig;
        rig.Put(1, 2, To(2));
        rig.Send(1, 2);
        Assert.Empty(rig.Steps);
        var frame = Frames.Udp(rig.Pool, 1, 2, 1000, 7);
        frame.TraceId = 5;
        rig.Nic.ReceiveFromVf(new OdpPort(1), Frames.Batch(rig.Pool, frame), 1);
        var lookup = Assert.Single(rig.Steps, step => step.StartsWith("L1 lookup hit", StringComparison.Ordinal));
        Assert.EndsWith("actions:2", lookup, StringComparison.Ordinal);
        Assert.Contains("L1 output vf2 (2)", rig.Steps);
    }
}
