using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Flows that are pushed before any packet asks for them: they overlap, and their ranks decide.</summary>
public sealed class RankedFlowTests
{
    private static FlowMask Mask(bool withDestination)
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        mask.Bits.InPort = new OdpPort(uint.MaxValue);
        if (withDestination) mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue);
        return mask;
    }

    private static Ufid Push(ServerRig rig, int rank, uint? destination, string actions, string? leftToHost = null)
    {
        Assert.True(DatapathActions.TryParse(actions, out var list, out var error), error);
        var ufid = new Ufid((ulong)rank, destination ?? 0);
        var (key, mask) = (Keys.Udp(1, 1, destination ?? 0, 0, 0), Mask(destination is not null));
        rig.Kernel.FlowPush(ufid, new FlowRank(0, rank), ref key, ref mask, list, leftToHost, rig.NowMs);
        return ufid;
    }

    private static uint[] Send(ServerRig rig, uint destination)
    {
        var before = rig.Delivered.Count;
        rig.Send(1, Frames.Udp(rig.Pool, 1, destination, 1, 2));
        return [.. rig.Delivered.Skip(before).Select(d => d.Port.Value)];
    }

    [Fact]
    public void A_lookup_finds_the_greatest_rank_of_all_that_match_RK1_RK2_RK3()
    {
        var random = Seeded.Random();
        var table = new RankedFlowTable<string>(7);
        var all = new Dictionary<Ufid, (FlowRank Rank, FlowKey Key, FlowMask Mask, string Value)>();
        for (var step = 0; step < 4_000; step++)
        {
            if (random.Next(3) == 0 && all.Count > 0)
            {
                var gone = all.Keys.ElementAt(random.Next(all.Count));
                Assert.True(table.TryRemove(gone, out var value) && value == all[gone].Value);
                all.Remove(gone);
            }
            else
            {
                var mask = Mask(random.Next(2) == 0);
                if (random.Next(2) == 0) mask.Bits.TpDestination = 0xffff;
                var (flowKey, rank) = (Keys.Udp(1, 1, (uint)random.Next(4), 0, (ushort)random.Next(3)), new FlowRank(step % 97, step));
                FlowMask.Apply(ref mask, ref flowKey, out var masked);
                var ufid = rank.Distinguish(Ufid.Of(ref masked, ref mask));
                table.Insert(ufid, rank, ref masked, ref mask, $"{step}");
                all.Add(ufid, (rank, masked, mask, $"{step}"));
            }

            var key = Keys.Udp(1, 1, (uint)random.Next(4), 0, (ushort)random.Next(3));
            var expected = all.Values.Where(f =>
            {
                var (m, k) = (f.Mask, f.Key);
                return FlowMask.Matches(ref m, ref key, ref k);
            }).OrderByDescending(f => f.Rank).FirstOrDefault().Value;
            Assert.Equal(expected, table.Lookup(ref key, out _, out _));
        }

        Assert.Equal((all.Count, all.Values.Select(f => f.Mask).Distinct().Count()), (table.Count, table.MaskCount));
    }

    [Fact]
    public void Probes_of_ranked_tables_are_counted_for_one_frame_and_for_a_batch()
    {
        using var rig = new ServerRig(new Random(1));
        Push(rig, 1, null, "2");
        Push(rig, 5, 7, "3");
        rig.Settle();
        var tables = rig.Nic.L2;
        FlowKey[] keys = [Keys.Udp(1, 1, 7, 1, 2), Keys.Udp(1, 1, 8, 1, 2)];
        var expected = 0;
        foreach (ref var key in keys.AsSpan())
        {
            tables.Answer(ref key, 60, rig.NowMs, out var probes);
            Assert.True(probes > 0);
            expected += probes;
            Assert.Equal(expected, tables.Probes);
        }

        tables.Find(keys, new NicFlow?[keys.Length]);
        Assert.Equal(2 * expected, tables.Probes);
    }

    [Fact]
    public void The_greatest_rank_answers_whatever_came_first_and_L1_follows_every_change()
    {
        using var rig = new ServerRig(new Random(1));
        Push(rig, 1, null, "2");
        rig.Settle();
        Assert.Equal([2u], Send(rig, 7));
        Assert.Equal([2u], Send(rig, 7));
        var over = Push(rig, 5, 7, "3");
        rig.Settle();
        Assert.Equal([3u], Send(rig, 7));
        Assert.Equal([2u], Send(rig, 8));
        rig.Kernel.FlowPull(over);
        rig.Settle();
        Assert.Equal([2u], Send(rig, 7));
        Assert.Equal(0, rig.Kernel.QueuedUpcalls);
    }

    [Fact]
    public void What_is_left_to_the_host_is_answered_by_no_flow_below_it()
    {
        using var rig = new ServerRig(new Random(1));
        Push(rig, 1, null, "2");
        var trap = Push(rig, 5, 7, "drop", "for a reason");
        rig.Settle();
        Assert.Empty(Send(rig, 7));
        Assert.Equal(1, rig.Kernel.QueuedUpcalls);
        Assert.Equal([2u], Send(rig, 8));
        Assert.Equal("for a reason", rig.Kernel.PushedFlows.Single(f => f.Ufid == trap).NotOffloadedBecause);
        // What the agent learns from the upcall stands before all that was pushed.
        Assert.True(DatapathActions.TryParse("4", out var list, out _));
        rig.Put(new Ufid(9, 9), Keys.Udp(1, 1, 7, 0, 0), Mask(withDestination: true), list);
        rig.Settle();
        Assert.Equal([4u], Send(rig, 7));
    }

    [Fact]
    public void A_flow_without_room_keeps_those_below_it_from_answering_in_its_place()
    {
        using var rig = new ServerRig(new Random(1), new SmartNicOptions { RuleLimit = 2 });
        Push(rig, 9, 7, "3");
        Push(rig, 1, null, "2");
        var gap = Push(rig, 5, 8, "4");
        rig.Settle();
        Assert.Equal(1, rig.Nic.L2.GapCount);
        Assert.Contains("rules", rig.Kernel.PushedFlows.Single(f => f.Ufid == gap).NotOffloadedBecause!, StringComparison.Ordinal);
        Assert.Equal([3u], Send(rig, 7));
        Assert.Empty(Send(rig, 8));
        Assert.Empty(Send(rig, 6));
        rig.Kernel.FlowPull(gap);
        rig.Settle();
        Assert.Equal([2u], Send(rig, 6));
    }

    [Fact]
    public void Statistics_of_a_pushed_flow_are_whole_when_it_is_pulled()
    {
        using var rig = new ServerRig(new Random(1));
        var ufid = Push(rig, 1, null, "2");
        rig.Settle();
        for (var i = 0; i < 5; i++) Send(rig, (uint)i);
        rig.Settle();
        Assert.Equal(5, rig.Kernel.PushedFlows.Single().Packets);
        Send(rig, 1);
        rig.Kernel.FlowPull(ufid);
        rig.Settle();
        Assert.Equal((ufid, 6L), Assert.Single(rig.Removed.Select(r => (r.Ufid, r.Packets))));
        Assert.Empty(Send(rig, 1));
    }

    [Fact]
    public void A_NIC_that_lost_its_memory_gets_them_again_from_the_greatest_rank_down()
    {
        using var rig = new ServerRig(new Random(1));
        Push(rig, 1, null, "2");
        Push(rig, 5, 7, "3");
        rig.Settle();
        rig.Nic.Reset();
        rig.Settle();
        Assert.Equal([3u], Send(rig, 7));
        Assert.Equal([2u], Send(rig, 8));
        Assert.Equal(2, rig.Nic.L2.Count);
    }

    [Fact]
    public void A_flush_takes_them_as_well()
    {
        using var rig = new ServerRig(new Random(1));
        var ufid = Push(rig, 1, null, "2");
        rig.Settle();
        rig.Kernel.FlowFlush();
        rig.Settle();
        Assert.Equal(FlowRemovalReason.Flushed, rig.Removed.Single(r => r.Ufid == ufid).Reason);
        Assert.Equal((0, 0), (rig.Nic.L2.Count, rig.Kernel.PushedFlows.Count));
    }
}
