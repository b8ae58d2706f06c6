using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>A flow that the card can find but not execute: the card marks its frames, and the host acts without looking them up.</summary>
public sealed class PartialOffloadTests
{
    private static FlowMask Destinations()
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        return mask;
    }

    private static Ufid Put(ServerRig rig, uint destination, string actions)
    {
        Assert.True(DatapathActions.TryParse(actions, out var list, out var error), error);
        var ufid = new Ufid(1, destination);
        rig.Put(ufid, Keys.Udp(1, 1, destination, 0, 0), Destinations(), list);
        rig.Settle();
        return ufid;
    }

    [Fact]
    public void A_marked_frame_is_executed_by_the_host_without_a_lookup()
    {
        using var rig = new ServerRig(new Random(1), hasPartialOffload: true);
        var ufid = Put(rig, 7, "check_pkt_len(size=100,gt(2),le(3))");
        rig.Send(1, Frames.Udp(rig.Pool, 1, 7, 1, 2));
        rig.Settle();

        Assert.True(rig.Kernel.TryGetFlow(ufid, out var flow));
        Assert.Equal((OffloadState.Partial, 1L), (flow.Offload, flow.HostPackets));
        Assert.Contains("check_pkt_len", flow.NotOffloadedBecause!, StringComparison.Ordinal);
        Assert.Equal((1L, 0L, 1L), (rig.Kernel.MarkHits, rig.Kernel.Statistics.MaskHits, rig.Kernel.Statistics.Hit));
        Assert.Equal(new OdpPort(3), Assert.Single(rig.Delivered).Port);
    }

    [Fact]
    public void Without_partial_offload_the_host_looks_up_what_the_card_refused()
    {
        using var rig = new ServerRig(new Random(1));
        var ufid = Put(rig, 7, "check_pkt_len(size=100,gt(2),le(3))");
        rig.Send(1, Frames.Udp(rig.Pool, 1, 7, 1, 2));
        Assert.True(rig.Kernel.TryGetFlow(ufid, out var flow));
        Assert.Equal((OffloadState.Refused, 0L, 1L), (flow.Offload, rig.Kernel.MarkHits, rig.Kernel.Statistics.MaskHits));
    }

    [Fact]
    public void What_the_card_can_execute_is_offloaded_whole()
    {
        using var rig = new ServerRig(new Random(1), hasPartialOffload: true);
        var ufid = Put(rig, 7, "2");
        rig.Send(1, Frames.Udp(rig.Pool, 1, 7, 1, 2));
        Assert.True(rig.Kernel.TryGetFlow(ufid, out var flow));
        Assert.Equal((OffloadState.Yes, 0L), (flow.Offload, flow.HostPackets));
    }

    [Fact]
    public void New_actions_hold_for_frames_that_were_marked_before()
    {
        using var rig = new ServerRig(new Random(1), hasPartialOffload: true);
        var ufid = Put(rig, 7, "check_pkt_len(size=100,gt(2),le(3))");
        Assert.True(DatapathActions.TryParse("check_pkt_len(size=100,gt(2),le(4))", out var list, out _));
        rig.Kernel.FlowModify(ufid, list);
        rig.Send(1, Frames.Udp(rig.Pool, 1, 7, 1, 2));
        Assert.Equal(new OdpPort(4), Assert.Single(rig.Delivered).Port);
    }

    [Fact]
    public void A_mark_of_a_deleted_flow_finds_nothing()
    {
        using var rig = new ServerRig(new Random(1), hasPartialOffload: true);
        var ufid = Put(rig, 7, "check_pkt_len(size=100,gt(2),le(3))");
        // The NIC has not heard of it yet.
        rig.Kernel.FlowDelete(ufid);
        rig.Send(1, Frames.Udp(rig.Pool, 1, 7, 1, 2));
        Assert.Equal((0L, 1), (rig.Kernel.MarkHits, rig.Kernel.QueuedUpcalls));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_frame_that_no_flow_was_found_for_has_no_mark_of_its_former_use(bool isHung)
    {
        using var rig = new ServerRig(new Random(1), hasPartialOffload: true);
        Assert.True(rig.Kernel.TryGetFlow(Put(rig, 7, "check_pkt_len(size=100,gt(2),le(3))"), out var flow));
        rig.Nic.IsHung = isHung;
        var frame = Frames.Udp(rig.Pool, 1, 8, 1, 2);
        frame.Metadata.FlowMark = flow.Mark;
        rig.Send(1, frame);
        Assert.Equal((0L, 1), (rig.Kernel.MarkHits, rig.Kernel.QueuedUpcalls));
        rig.Nic.IsHung = false;
    }
}
