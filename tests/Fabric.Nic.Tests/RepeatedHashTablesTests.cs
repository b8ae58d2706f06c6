using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Properties L2.1 to L2.5 of <see cref="RepeatedHashTables"/>.</summary>
public sealed class RepeatedHashTablesTests
{
    private static readonly DatapathActions ToPort2 = new(new OutputAction(new OdpPort(2)));
    private static readonly DatapathActions ToPort3 = new(new OutputAction(new OdpPort(3)));
    private static readonly DatapathActions ToAgent = new(new UserspaceAction(0, UserspaceReason.Controller));

    private static RepeatedHashTables Tables(int rules = 10_000, int masks = 256) =>
        new(new SmartNicOptions { RuleLimit = rules, MaskLimit = masks, MaskIdRestUs = 0 }, 5, port => port.Value is 1 or 2 or 3);

    private static string? Put(RepeatedHashTables tables, int number, FlowKey key, FlowMask mask, DatapathActions actions) =>
        tables.Put(new Ufid(0, (ulong)number), ref key, ref mask, actions, 0, 0, 0, out _);

    private static FlowMask RandomMask(Random random)
    {
        var mask = default(FlowMask);
        mask.Bits.Sections = FlowSections.Base;
        if (random.Next(2) == 0) mask.Bits.InPort = new OdpPort(uint.MaxValue);
        if (random.Next(2) == 0) mask.Bits.EthType = ushort.MaxValue;
        mask.Bits.NwDestination = new Ipv4Address(uint.MaxValue << random.Next(4));
        if (random.Next(2) == 0) mask.Bits.TpDestination = ushort.MaxValue;
        return mask;
    }

    private static FlowKey SmallKey(Random random) =>
        Keys.Udp((uint)random.Next(1, 4), (uint)random.Next(4), (uint)random.Next(16), (ushort)random.Next(4), (ushort)random.Next(4));

    [Fact]
    public void L2_agrees_with_a_linear_scan_under_random_work()
    {
        var random = Seeded.Random(1);
        var tables = Tables();
        var masks = Enumerable.Range(0, 12).Select(_ => RandomMask(random)).ToArray();
        var twin = new Dictionary<int, (FlowKey Key, FlowMask Mask)>();
        for (var step = 0; step < 20_000; step++)
        {
            var number = random.Next(60);
            switch (random.Next(8))
            {
                case 0 or 1 when !twin.ContainsKey(number):
                    var mask = masks[random.Next(masks.Length)];
                    var key = SmallKey(random);
                    FlowMask.Apply(ref mask, ref key, out var masked);
                    var isTaken = twin.Values.Any(flow => flow.Mask.Equals(mask) && flow.Key.Equals(masked));
                    Assert.Equal(isTaken, Put(tables, number, key, mask, ToPort2) is not null);
                    if (!isTaken) twin[number] = (masked, mask);
                    break;
                case 2:
                    Assert.Equal(twin.Remove(number), tables.TryDelete(new Ufid(0, (ulong)number), 0, out _));
                    break;
                default:
                    var probe = SmallKey(random);
                    var found = tables.Answer(ref probe, 60, step, out var probes);
                    var matching = twin.Where(flow => Matches(flow.Value, probe)).Select(flow => (ulong)flow.Key).ToList();
                    var isRight = found is null ? matching.Count == 0 : matching.Contains(found.Ufid.Low);
                    Assert.True(isRight, $"L2.1, step {step}, {Seeded.Note}");
                    Assert.InRange(probes, found is null ? 0 : 1, tables.MaskCount);
                    break;
            }

            Assert.Equal(twin.Count, tables.Count);
            Assert.Equal(twin.Values.Select(flow => flow.Mask).Distinct().Count(), tables.MaskCount);
        }
    }

    private static bool Matches((FlowKey Key, FlowMask Mask) flow, FlowKey probe)
    {
        FlowMask.Apply(ref flow.Mask, ref probe, out var masked);
        return masked.Equals(flow.Key);
    }

    [Fact]
    public void A_flipped_bit_matters_exactly_when_the_mask_has_it()
    {
        var random = Seeded.Random(2);
        for (var round = 0; round < 40; round++)
        {
            var tables = Tables();
            var mask = RandomMask(random);
            var key = SmallKey(random);
            Put(tables, 1, key, mask, ToPort2);
            for (var bit = 0; bit < 512; bit++)
            {
                var flipped = key;
                FlowKey.MatchBytes(ref flipped)[bit / 8] ^= (byte)(1 << (bit % 8));
                var isMasked = (FlowKey.MatchBytes(ref mask.Bits)[bit / 8] & (1 << (bit % 8))) != 0;
                Assert.True(tables.Answer(ref flipped, 60, 0, out _) is null == isMasked, $"round {round}, bit {bit}, {Seeded.Note}");
            }
        }
    }

    [Fact]
    public void Limits_refuse_with_their_reason_and_change_nothing()
    {
        var tables = Tables(rules: 3, masks: 2);
        var (wide, narrow, third) = (FlowMask.Exact, FlowMask.Exact, FlowMask.Exact);
        narrow.Bits.TpDestination = 0;
        third.Bits.TpSource = 0;
        Assert.Null(Put(tables, 1, Keys.Udp(1, 1, 1, 1, 1), wide, ToPort2));
        Assert.Null(Put(tables, 2, Keys.Udp(1, 1, 2, 1, 1), narrow, ToPort2));
        Assert.Contains("2 masks", Put(tables, 3, Keys.Udp(1, 1, 3, 1, 1), third, ToPort2));
        Assert.Null(Put(tables, 3, Keys.Udp(1, 1, 3, 1, 1), wide, ToPort2));
        Assert.Contains("3 rules", Put(tables, 4, Keys.Udp(1, 1, 4, 1, 1), wide, ToPort2));
        Assert.Equal((3, 2, 3), (tables.Count, tables.MaskCount, tables.Slots.UsedCount));
    }

    [Fact]
    public void Modify_delete_and_flush_change_the_generation()
    {
        var tables = Tables();
        var key = Keys.Udp(1, 1, 1, 1, 1);
        Put(tables, 1, key, FlowMask.Exact, ToPort2);
        var slot = tables.Answer(ref key, 60, 0, out _)!.Slot;
        var seen = new HashSet<uint> { tables.Slots[slot].Generation };
        Assert.Null(tables.Modify(new Ufid(0, 1), ToPort3, out _));
        Assert.True(seen.Add(tables.Slots[slot].Generation), "L2.2");
        Assert.True(tables.TryDelete(new Ufid(0, 1), 0, out _));
        Assert.True(seen.Add(tables.Slots[slot].Generation), "L2.2");
        Put(tables, 1, key, FlowMask.Exact, ToPort2);
        Assert.True(seen.Add(tables.Slots[slot].Generation), "L2.2");
        tables.Flush();
        Assert.True(seen.Add(tables.Slots[slot].Generation), "L2.2");
    }

    [Fact]
    public void A_flow_beyond_the_NIC_is_kept_as_a_trap_with_its_reason()
    {
        var tables = Tables();
        var key = Keys.Udp(1, 1, 1, 1, 1);
        Assert.Contains("userspace", Put(tables, 1, key, FlowMask.Exact, ToAgent));
        var flow = tables.Answer(ref key, 60, 9, out _)!;
        Assert.Equal(Datapath.FallbackReason.NotProcessable, flow.Trap);
        Assert.Equal((0L, 1L, 0L), (tables.Hits, tables.TrapHits, tables.Slots[flow.Slot].Packets));
        Assert.Null(tables.Modify(flow.Ufid, ToPort2, out _));
        Assert.Null(tables.Answer(ref key, 60, 9, out _)!.Trap);

        var toPort9 = new DatapathActions(new OutputAction(new OdpPort(9)));
        Assert.Contains("port 9", Put(tables, 2, Keys.Udp(2, 1, 1, 1, 1), FlowMask.Exact, toPort9));
        var local = Keys.Udp(3, 1, 1, 1, 1);
        Assert.NotNull(Put(tables, 3, local, FlowMask.Exact, new DatapathActions(new OutputAction(OdpPort.Local))));
        Assert.Equal(Datapath.FallbackReason.HostDestined, tables.Answer(ref local, 60, 9, out _)!.Trap);
    }

    [Fact]
    public void New_actions_that_are_refused_end_the_old_ones_and_hand_over_their_statistics()
    {
        var tables = Tables();
        var key = Keys.Udp(1, 1, 1, 1, 1);
        Put(tables, 1, key, FlowMask.Exact, ToPort2);
        for (var i = 0; i < 3; i++) tables.Answer(ref key, 60, 9, out _);
        var mask = FlowMask.Exact;
        Assert.NotNull(tables.Put(new Ufid(0, 1), ref key, ref mask, ToAgent, 0, 0, 0, out var final));
        Assert.Equal((3L, 180L, 9L), (final!.Value.Packets, final.Value.Bytes, final.Value.LastUsedMs));
        Assert.NotNull(tables.Answer(ref key, 60, 9, out _)!.Trap);
    }

    [Fact]
    public void Each_change_of_statistics_is_taken_once()
    {
        var tables = Tables();
        var keys = Enumerable.Range(0, 100).Select(number => Keys.Udp(1, 1, (uint)number, 1, 1)).ToArray();
        for (var number = 0; number < keys.Length; number++) Put(tables, number, keys[number], FlowMask.Exact, ToPort2);
        for (var number = 0; number < 30; number++) tables.Answer(ref keys[number], 50, 3, out _);
        var taken = new List<ulong>();
        var chunk = new Datapath.OffloadStatistics[7];
        for (var cursor = tables.Count; cursor > 0;)
        {
            var count = tables.TakeChanged(ref cursor, chunk);
            foreach (var statistics in chunk.AsSpan(0, count))
            {
                Assert.Equal((1L, 50L, 3L), (statistics.Packets, statistics.Bytes, statistics.LastUsedMs));
                taken.Add(statistics.Ufid.Low);
            }
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(number => (ulong)number), taken.Order());
        var again = tables.Count;
        Assert.Equal(0, tables.TakeChanged(ref again, chunk));
    }
}
