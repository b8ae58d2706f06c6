using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Property D10 over PCIe: flows refused for want of room come to the NIC when there is some.</summary>
public sealed class RoomTests
{
    private const int FlowCount = 24;

    private static Ufid Of(uint number) => new(1, number);

    private static void Put(ServerRig rig, uint number)
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        // Eight masks.
        mask.Bits.NwProto = (byte)(number & 7);
        rig.Put(Of(number), Keys.Udp(1, 1, number, 0, 0), mask, new DatapathActions(new OutputAction(new OdpPort(2))));
    }

    private static bool IsOnNic(ServerRig rig, uint number) =>
        rig.Kernel.TryGetFlow(Of(number), out var flow) && flow.Offload == OffloadState.Yes && rig.Nic.L2.Knows(Of(number));

    private static ServerRig Rig(int rules, int masks, int contexts)
    {
        var options = new SmartNicOptions
        {
            RuleLimit = rules, MaskLimit = masks, StatisticsContextLimit = contexts, MaskIdRestUs = 40_000,
        };
        var rig = new ServerRig(Seeded.Random(50), options);
        for (uint number = 0; number < FlowCount; number++) Put(rig, number);
        rig.Run(200);
        return rig;
    }

    [Theory]
    [InlineData(5, 256, 1 << 20)]
    [InlineData(480_000, 3, 1 << 20)]
    [InlineData(480_000, 256, 7)]
    public void All_come_to_the_NIC_as_others_leave_it(int rules, int masks, int contexts)
    {
        using var rig = Rig(rules, masks, contexts);
        Assert.InRange(rig.Kernel.Room.Waiting, 1, FlowCount - 1);
        var seen = new HashSet<uint>();
        for (var round = 0; round < FlowCount; round++)
        {
            var onNic = Enumerable.Range(0, FlowCount).Select(i => (uint)i).Where(number => IsOnNic(rig, number)).ToList();
            if (onNic.Count == 0) break;
            foreach (var number in onNic)
            {
                seen.Add(number);
                rig.Kernel.FlowDelete(Of(number));
            }

            rig.Run(1_500);
        }

        Assert.Equal(FlowCount, seen.Count);
        Assert.Equal((0, 0), (rig.Kernel.Room.Waiting, rig.Nic.L2.Count));
        rig.CheckAccounts();
    }

    [Fact]
    public void The_busiest_of_those_that_wait_takes_the_place_of_one_that_leaves()
    {
        using var rig = Rig(5, 256, 1 << 20);
        for (var ms = 0; ms < 400; ms++)
        {
            rig.Send(1, Frames.Udp(rig.Pool, 1, 17, 5, 7));
            if (ms % 4 == 0) rig.Send(1, Frames.Udp(rig.Pool, 1, 11, 5, 7));
            rig.Run(1);
        }

        Assert.False(IsOnNic(rig, 17));
        rig.Kernel.TryGetFlow(Of(17), out var busy);
        Assert.Contains("limit of 5 rules", busy!.NotOffloadedBecause!, StringComparison.Ordinal);
        rig.Kernel.FlowDelete(Of(2));
        rig.Run(300);
        Assert.True(IsOnNic(rig, 17));
        Assert.False(IsOnNic(rig, 11));
        rig.Settle();
        Assert.Equal(400, busy.Packets);
        Assert.Equal(5, rig.Nic.L2.Count);
    }

    [Fact]
    public void To_delete_a_flow_that_was_refused_is_no_mistake_in_a_control_message()
    {
        using var rig = Rig(5, 256, 1 << 20);
        foreach (var flow in rig.Kernel.Flows.ToArray()) rig.Kernel.FlowDelete(flow.Ufid);
        rig.Settle();
        Assert.Equal((0, 0L), (rig.Nic.L2.Count, rig.Nic.Counters.UnknownFlows));

        // One that it had taken is another matter.
        Put(rig, 1);
        rig.Run(200);
        rig.Nic.L2.TryDelete(Of(1), rig.NowMs, out _);
        rig.Kernel.FlowDelete(Of(1));
        rig.Settle();
        Assert.Equal(1, rig.Nic.Counters.UnknownFlows);
    }

    [Fact]
    public void A_NIC_that_does_not_answer_is_offered_none_and_all_when_it_is_back()
    {
        using var rig = Rig(5, 256, 1 << 20);
        rig.Nic.IsHung = true;
        rig.Run(1_000);
        var before = rig.Kernel.Room.Offered;
        for (uint number = 0; number < 5; number++) rig.Kernel.FlowDelete(Of(number));
        rig.Run(5_000);
        Assert.Equal(before, rig.Kernel.Room.Offered);
        rig.Nic.IsHung = false;
        rig.Run(3_000);
        Assert.Equal((5, 5), (rig.Nic.L2.Count, rig.Kernel.Flows.Count(flow => flow.Offload == OffloadState.Yes)));
        rig.CheckAccounts();
    }

    [Fact]
    public void A_full_NIC_is_not_flooded_with_offers()
    {
        using var rig = Rig(5, 256, 1 << 20);
        var (sent, offered) = (rig.Hook.Pcie.SentCount, rig.Kernel.Room.Offered);
        rig.Run(10_000);
        Assert.InRange(rig.Kernel.Room.Offered - offered, 8, 11);
        // The rest are pulls of statistics, and their companions.
        Assert.InRange(rig.Hook.Pcie.SentCount - sent, 8, 11 + 2 * 100);
    }

    [Fact]
    public void With_offload_rebalance_the_busy_take_the_places_of_the_idle_and_then_nothing_moves()
    {
        using var rig = Rig(5, 256, 1 << 20);
        rig.Kernel.SetOffload(new OffloadPolicy(Tc: TcPolicy.SkipSw, Rebalances: true));
        uint[] busy = [8, 11, 17, 20, 23];
        var sent = 0;
        var swapped = new List<long>();
        for (var ms = 0; ms < 20_000; ms += 20)
        {
            foreach (var number in busy) rig.Send(1, Frames.Udp(rig.Pool, 1, number, 5, 7));
            sent++;
            rig.Run(20);
            swapped.Add(rig.Kernel.Room.Swapped);
        }

        Assert.All(busy, number => Assert.True(IsOnNic(rig, number), $"{number} is on the NIC"));
        Assert.Equal((5L, 5L), (swapped[^1], swapped[500]));
        Assert.Equal(rig.Kernel.Flows.Count(flow => flow.Offload == OffloadState.Yes), rig.Kernel.OffloadedCount);
        Assert.Equal((0L, 0), (rig.Kernel.Statistics.Missed, rig.Kernel.QueuedUpcalls));
        rig.Settle();
        foreach (var flow in rig.Kernel.Flows) Assert.Equal(busy.Contains((uint)flow.Ufid.Low) ? sent : 0, flow.Packets);
        rig.CheckAccounts();
    }
}
