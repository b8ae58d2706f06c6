using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Property N4 for many: one change of a flow ends 100,000 entries of L1 that follow it, and none is forgotten.</summary>
public sealed class PolicyChangeTests
{
    private const int FlowCount = 100_000;
    private const int BatchSize = 64;
    private static readonly Ufid Ufid = new(1, 1);
    private static readonly DatapathActions Old = new(new OutputAction(new OdpPort(2)));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    public void Once_a_delete_is_answered_no_frame_of_100000_flows_in_L1_follows_the_old_policy(double fault)
    {
        using var rig = Fill(fault);
        var (l1Frames, l2Frames) = (rig.Nic.Counters.L1Frames, rig.Nic.Counters.L2Frames);
        Assert.True(rig.Kernel.FlowDelete(Ufid));
        WaitWhile(rig, () => rig.Kernel.IsDeletePending(Ufid));
        Assert.Equal(2L * FlowCount, Assert.Single(rig.Removed).Packets);

        var arrivals = SendAll(rig);
        Assert.True(arrivals.All(count => count == 0), $"N4: {arrivals.Sum()} frames follow a flow that is gone, {Seeded.Note}");
        Assert.Equal((l1Frames, l2Frames), (rig.Nic.Counters.L1Frames, rig.Nic.Counters.L2Frames));
        Assert.Equal(FlowCount, rig.Nic.Counters.Fallback(FallbackReason.NotLearned));
        Assert.Equal(FlowCount, rig.Kernel.Statistics.Missed);
        rig.CheckAccounts();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    public void Once_a_modify_is_answered_every_frame_of_100000_flows_in_L1_follows_the_new_policy(double fault)
    {
        using var rig = Fill(fault);
        Assert.True(rig.Kernel.FlowModify(Ufid, new DatapathActions(new OutputAction(new OdpPort(3)))));
        WaitWhile(rig, () => IsOffered(rig));
        var arrivals = SendAll(rig);
        Assert.True(arrivals[2] == 0, $"N4: {arrivals[2]} frames follow the old policy, {Seeded.Note}");
        Assert.Equal(FlowCount, arrivals[3]);
        Assert.Equal(0, rig.Nic.Counters.Fallback(FallbackReason.NotLearned));
        rig.CheckAccounts();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    public void Once_a_modify_is_answered_with_a_refusal_every_frame_of_100000_flows_in_L1_goes_to_the_host(double fault)
    {
        using var rig = Fill(fault);
        Assert.True(rig.Kernel.FlowModify(Ufid, new DatapathActions(new UserspaceAction(0, UserspaceReason.Controller))));
        WaitWhile(rig, () => IsOffered(rig));
        var arrivals = SendAll(rig);
        Assert.True(arrivals.All(count => count == 0), $"N4: {arrivals.Sum()} frames follow the old policy, {Seeded.Note}");
        Assert.Equal(FlowCount, rig.Nic.Counters.Fallback(FallbackReason.NotProcessable));
        Assert.True(rig.Kernel.TryGetFlow(Ufid, out var flow));
        Assert.Equal((OffloadState.Refused, 3L * FlowCount), (flow.Offload, flow.Packets));
        rig.CheckAccounts();
    }

    /// <summary>A server whose L1 holds all flows, every one bound to the one flow of L2 and used through it.</summary>
    private static ServerRig Fill(double fault)
    {
        var rig = new ServerRig(Seeded.Random((int)(fault * 100)), new SmartNicOptions
        {
            ExactMatch = new ExactMatchOptions { Capacity = 1 << 17, PendingLimit = 1 << 17 },
            Pcie = new PcieOptions { Window = 8, StatsChunk = 3, RetransmitMs = 10, KeepaliveMs = 50, RingFrames = 1 << 18 },
        });
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        rig.Put(Ufid, Keys.Udp(1, 0, 2, 0, 0), mask, Old);
        rig.Run(200);
        Assert.Equal(FlowCount, SendAll(rig)[2]);
        Assert.Equal((FlowCount, 0, (long)FlowCount), (rig.Nic.L1.Count, rig.Nic.L1.PendingCount, rig.Nic.Counters.L2Frames));
        Assert.Equal(FlowCount, SendAll(rig)[2]);
        Assert.Equal(FlowCount, rig.Nic.Counters.L1Frames);
        rig.Fault = fault;
        return rig;
    }

    /// <summary>One frame of every flow; returns how many arrived at each VF.</summary>
    private static int[] SendAll(ServerRig rig)
    {
        var arrivals = new int[5];
        var frames = new Frame[BatchSize];
        for (var number = 0; number < FlowCount;)
        {
            var count = 0;
            for (; count < BatchSize && number < FlowCount; number++, count++)
                frames[count] = Frames.Udp(rig.Pool, (uint)(number >> 10), 2, (ushort)(number & 1_023), 7, number);
            rig.Delivered.Clear();
            rig.Send(1, frames.AsSpan(0, count));
            foreach (var (port, _) in rig.Delivered) arrivals[port.Value]++;
            rig.Kernel.DropQueued();
        }

        return arrivals;
    }

    private static bool IsOffered(ServerRig rig) =>
        rig.Kernel.TryGetFlow(Ufid, out var flow) && flow.Offload == OffloadState.Requested;

    private static void WaitWhile(ServerRig rig, Func<bool> isPending)
    {
        for (var waitedMs = 0; isPending(); waitedMs++)
        {
            Assert.True(waitedMs < 20_000, $"the NIC answers, {Seeded.Note}");
            rig.Run(1);
        }
    }
}
