using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>Properties L1.1 to L1.8 of <see cref="ExactMatchFlowTracker"/>.</summary>
public sealed class ExactMatchFlowTrackerTests
{
    private readonly PolicySlots _slots = new();

    private ExactMatchFlowTracker Tracker(int capacity = 100_000, int pendingLimit = 100_000, IEvictionPolicy? eviction = null) =>
        new(new ExactMatchOptions { Capacity = capacity, PendingLimit = pendingLimit }, _slots, eviction ?? new ClockEviction(), 7);

    private static int Add(ExactMatchFlowTracker tracker, FlowKey key, long nowMs = 0) =>
        tracker.AddPending(ref key, tracker.Hash(ref key), nowMs);

    private static int Find(ExactMatchFlowTracker tracker, FlowKey key) => tracker.Find(ref key, tracker.Hash(ref key));

    private static void Put(TrackedKeys keys, ExactMatchFlowTracker tracker, int[] numbers)
    {
        keys.Clear();
        foreach (var number in numbers) tracker.Add(keys, Keys.Numbered(number));
        tracker.EndAdding(keys);
    }

    [Fact]
    public void L1_agrees_with_a_dictionary_under_random_work()
    {
        var random = Seeded.Random();
        using var tracker = Tracker(pendingLimit: 1_000_000);
        var twin = new Dictionary<int, int?>();
        var slots = new List<int>();
        for (var i = 0; i < 50; i++) slots.Add(_slots.Allocate());
        var generations = slots.ToDictionary(slot => slot, slot => _slots[slot].Generation);
        var boundAt = new Dictionary<int, uint>();
        for (var step = 0; step < 60_000; step++)
        {
            var number = random.Next(12_000);
            var key = Keys.Numbered(number);
            var hash = tracker.Hash(ref key);
            var entry = tracker.Find(ref key, hash);
            Assert.True(entry >= 0 == twin.ContainsKey(number), $"step {step}, {Seeded.Note}");
            if (entry < 0)
            {
                entry = tracker.AddPending(ref key, hash, step);
                twin[number] = null;
            }

            var isInForce = tracker.TryUse(entry, 100, 0, step, out var used);
            var expected = twin[number] is { } slot && boundAt[number] == generations[slot];
            Assert.True(isInForce == expected, $"step {step}: L1.1, {Seeded.Note}");
            if (isInForce) Assert.Equal(twin[number], used);
            else if (random.Next(3) != 0)
            {
                var chosen = slots[random.Next(slots.Count)];
                tracker.Bind(entry, chosen, 100, step);
                twin[number] = chosen;
                boundAt[number] = generations[chosen];
            }

            if (random.Next(200) == 0)
            {
                var changed = slots[random.Next(slots.Count)];
                _slots.Invalidate(changed);
                generations[changed] = _slots[changed].Generation;
            }
        }

        Assert.Equal(twin.Count, tracker.Count);
        Assert.Equal(twin.Values.Count(policy => policy is null), tracker.PendingCount);
        Assert.Equal(0, tracker.Counters.EvictedTotal);
        Assert.Equal(twin.Keys.Select(Keys.Numbered).OrderBy(key => key.InPort.Value),
            tracker.List(0).Select(view => view.Key).OrderBy(key => key.InPort.Value));
    }

    [Fact]
    public void Every_single_changed_bit_makes_another_key()
    {
        using var tracker = Tracker();
        for (var number = 0; number < 6; number++)
        {
            var key = Keys.Numbered(number);
            Add(tracker, key);
            for (var bit = 0; bit < FlowKey.MatchSize * 8; bit++)
            {
                if (((uint)key.Sections & (1u << (bit / 256))) == 0) continue;
                var other = key;
                FlowKey.MatchBytes(ref other)[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(Find(tracker, other) < 0, $"L1.2: shape {number}, bit {bit}");
            }

            Assert.True(Find(tracker, key) >= 0);
        }
    }

    [Fact]
    public void Equal_bytes_in_other_sections_are_another_key()
    {
        using var tracker = Tracker();
        var key = Keys.Udp(1, 2, 3, 4, 5);
        Add(tracker, key);
        key.Sections |= FlowSections.Extra;
        Assert.True(Find(tracker, key) < 0, "L1.2");
    }

    [Theory]
    [InlineData("clock")]
    [InlineData("lru")]
    [InlineData("random")]
    public void A_full_table_evicts_and_never_exceeds_its_capacity(string policy)
    {
        Assert.True(EvictionPolicyNames.TryCreate(policy, Seeded.Random(), out var eviction));
        using var tracker = Tracker(capacity: 1_500, eviction: eviction);
        for (var number = 0; number < 10_000; number++)
        {
            Assert.True(Add(tracker, Keys.Numbered(number)) >= 0);
            Assert.True(tracker.Count <= 1_500, "L1.4");
        }

        Assert.Equal(1_500, tracker.Count);
        Assert.Equal(tracker.Counters.Inserted, tracker.Count + tracker.Counters.EvictedTotal);
        Assert.Equal(8_500, tracker.Counters.Evicted(EvictionCause.Capacity) + tracker.Counters.Evicted(EvictionCause.BucketFull));
        Assert.Equal(1_500, Enumerable.Range(0, 10_000).Count(number => Find(tracker, Keys.Numbered(number)) >= 0));
    }

    [Fact]
    public void Without_eviction_a_full_table_refuses_and_keeps()
    {
        using var tracker = Tracker(capacity: 100, eviction: new NoEviction());
        for (var number = 0; number < 300; number++) Assert.Equal(number < 100, Add(tracker, Keys.Numbered(number)) >= 0);
        Assert.Equal(200, tracker.Counters.InsertsRefused);
        Assert.All(Enumerable.Range(0, 100), number => Assert.True(Find(tracker, Keys.Numbered(number)) >= 0));
    }

    [Fact]
    public void Lru_evicts_the_least_recently_used()
    {
        using var tracker = Tracker(capacity: 100, eviction: new LruEviction());
        var slot = _slots.Allocate();
        for (var number = 0; number < 100; number++) tracker.Bind(Add(tracker, Keys.Numbered(number)), slot, 60, 0);
        for (var number = 0; number < 50; number++) Assert.True(tracker.TryUse(Find(tracker, Keys.Numbered(number)), 60, 0, 1, out _));
        for (var number = 100; number < 150; number++) Add(tracker, Keys.Numbered(number));
        for (var number = 0; number < 100; number++) Assert.Equal(number < 50, Find(tracker, Keys.Numbered(number)) >= 0);
    }

    [Fact]
    public void Clock_spares_what_was_hit_since_its_last_round()
    {
        using var tracker = Tracker(capacity: 100, eviction: new ClockEviction());
        var slot = _slots.Allocate();
        for (var number = 0; number < 100; number++) tracker.Bind(Add(tracker, Keys.Numbered(number)), slot, 60, 0);
        Add(tracker, Keys.Numbered(100));
        var survivors = Enumerable.Range(0, 100).Where(number => Find(tracker, Keys.Numbered(number)) >= 0).ToList();
        foreach (var number in survivors.Take(60)) tracker.TryUse(Find(tracker, Keys.Numbered(number)), 60, 0, 1, out _);
        for (var number = 101; number < 130; number++) Add(tracker, Keys.Numbered(number));
        Assert.All(survivors.Take(60), number => Assert.True(Find(tracker, Keys.Numbered(number)) >= 0));
    }

    [Fact]
    public void Pending_entries_are_bounded_and_the_oldest_makes_room()
    {
        using var tracker = Tracker(pendingLimit: 32);
        for (var number = 0; number < 100; number++)
        {
            Add(tracker, Keys.Numbered(number));
            Assert.True(tracker.PendingCount <= 32, "L1.4");
        }

        Assert.Equal(68, tracker.Counters.Evicted(EvictionCause.PendingLimit));
        for (var number = 0; number < 100; number++) Assert.Equal(number >= 68, Find(tracker, Keys.Numbered(number)) >= 0);
    }

    [Fact]
    public void Pending_stale_and_idle_entries_age_each_by_its_own_cause()
    {
        using var tracker = Tracker();
        var (live, deleted) = (_slots.Allocate(), _slots.Allocate());
        Add(tracker, Keys.Numbered(0));
        tracker.Bind(Add(tracker, Keys.Numbered(1)), live, 60, 0);
        tracker.Bind(Add(tracker, Keys.Numbered(2)), deleted, 60, 0);
        _slots.Free(deleted);
        Assert.Equal(0, tracker.Age(2_000, 100));
        Assert.Equal(2, tracker.Age(2_001, 100));
        Assert.Equal(1, tracker.Counters.Evicted(EvictionCause.PendingAged));
        Assert.Equal(1, tracker.Counters.Evicted(EvictionCause.Stale));
        Assert.Equal(0, tracker.Age(60_000, 100));
        Assert.Equal(1, tracker.Age(60_001, 100));
        Assert.Equal(1, tracker.Counters.Evicted(EvictionCause.Idle));
        Assert.Equal(0, tracker.Count);
    }

    [Fact]
    public void A_changed_policy_takes_all_its_entries_out_of_force_at_once()
    {
        using var tracker = Tracker();
        var slot = _slots.Allocate();
        for (var number = 0; number < 1_000; number++) tracker.Bind(Add(tracker, Keys.Numbered(number)), slot, 60, 0);
        _slots.Invalidate(slot);
        for (var number = 0; number < 1_000; number++)
            Assert.False(tracker.TryUse(Find(tracker, Keys.Numbered(number)), 60, 0, 1, out _), "L1.1");
        Assert.Equal(1_000, tracker.Counters.StaleHits);
    }

    [Fact]
    public void A_slot_given_to_another_flow_does_not_revive_old_entries()
    {
        using var tracker = Tracker();
        var slot = _slots.Allocate();
        var entry = Add(tracker, Keys.Numbered(1));
        tracker.Bind(entry, slot, 60, 0);
        _slots.Free(slot);
        Assert.Equal(slot, _slots.Allocate());
        Assert.False(tracker.TryUse(entry, 60, 0, 0, out _), "L1.1");
    }

    [Fact]
    public void Batches_find_what_single_lookups_find()
    {
        var random = Seeded.Random();
        using var tracker = Tracker();
        for (var number = 0; number < 5_000; number++) Add(tracker, Keys.Numbered(number));
        using var keys = new TrackedKeys();
        for (var round = 0; round < 200; round++)
        {
            var numbers = Enumerable.Range(0, random.Next(1, 65)).Select(_ => random.Next(10_000)).ToArray();
            Put(keys, tracker, numbers);
            for (var i = 0; i < numbers.Length; i++)
                Assert.True(Find(tracker, Keys.Numbered(numbers[i])) == tracker.Find(keys, i), $"L1.6, {Seeded.Note}");
        }
    }

    [Fact]
    public void Runs_count_what_single_uses_count()
    {
        var random = Seeded.Random();
        using var single = Tracker();
        var twinSlots = new PolicySlots();
        using var run = new ExactMatchFlowTracker(
            new ExactMatchOptions { Capacity = 100_000, PendingLimit = 100_000 }, twinSlots, new LruEviction(), 7);
        for (var i = 0; i < 3; i++) Assert.Equal(_slots.Allocate(), twinSlots.Allocate());
        var bound = Enumerable.Range(0, 400).Where(number => number % 7 != 0).ToArray();
        foreach (var number in bound)
        {
            single.Bind(Add(single, Keys.Numbered(number)), number % 3, 60, 0);
            run.Bind(Add(run, Keys.Numbered(number)), number % 3, 60, 0);
        }

        var pool = new FramePool(64);
        using var keys = new TrackedKeys();
        for (var round = 0; round < 200; round++)
        {
            var numbers = Enumerable.Range(0, random.Next(1, 65))
                .Select(_ => random.Next(9) == 0 ? random.Next(400) : random.Next(8)).ToArray();
            var batch = pool.RentBatch();
            foreach (var _ in numbers)
            {
                Assert.True(pool.TryRent(random.Next(60, 200), out var frame));
                batch.Add(frame);
            }

            if (round % 50 == 49)
            {
                _slots.Invalidate(round % 3);
                twinSlots.Invalidate(round % 3);
            }

            Put(keys, run, numbers);
            for (var i = 0; i < numbers.Length;)
            {
                var length = run.UseRun(keys, i, batch.Frames, round, out var slot, out var bytes);
                for (var j = i; j < i + length; j++)
                {
                    Assert.True(single.TryUse(Find(single, Keys.Numbered(numbers[j])), batch[j].Length, 0, round, out var expected));
                    Assert.True(expected == slot, Seeded.Note);
                    bytes -= batch[j].Length;
                }

                Assert.Equal(0, bytes);
                i += length;
                if (i == numbers.Length) break;
                // What ended the run: another policy, or none in force.
                var entry = Find(single, Keys.Numbered(numbers[i]));
                if (length == 0) Assert.True(entry < 0 || !single.TryUse(entry, 60, 0, round, out _), Seeded.Note);
                if (length == 0) i++;
            }

            foreach (var frame in batch.Frames) pool.Return(frame);
            batch.Clear();
            pool.Return(batch);
        }

        Assert.Equal(single.Counters.Hits, run.Counters.Hits);
        Assert.True(run.Counters.Hits > 2_000);
        for (var slot = 0; slot < 3; slot++)
        {
            Assert.Equal((_slots[slot].Packets, _slots[slot].Bytes), (twinSlots[slot].Packets, twinSlots[slot].Bytes));
        }
    }

    [Fact]
    public void The_table_grows_with_its_entries_and_finds_them_after_each_doubling()
    {
        using var tracker = Tracker(capacity: 1_000_000, pendingLimit: 1_000_000);
        var before = tracker.MemorySize;
        var next = 0;
        foreach (var size in (int[])[1_000, 1_025, 3_000, 9_000, 33_000])
        {
            for (; next < size; next++) Add(tracker, Keys.Numbered(next));
            for (var number = 0; number < size; number += 7) Assert.True(Find(tracker, Keys.Numbered(number)) >= 0);
        }

        Assert.Equal(6, tracker.Counters.Doublings);
        Assert.True(before < 1_000_000 && tracker.MemorySize < 33_000 * 2 * 500, $"{before} then {tracker.MemorySize} bytes");
    }

    [Theory]
    [InlineData("clock", 100_000)]
    [InlineData("lru", ExactMatchOptions.MaxCapacity)]
    public void Whatever_stage_growing_is_at_the_table_agrees_with_a_set(string policy, int capacity)
    {
        var random = Seeded.Random();
        Assert.True(EvictionPolicyNames.TryCreate(policy, random, out var eviction));
        using var tracker = Tracker(capacity, pendingLimit: capacity, eviction);
        var twin = new List<int>();
        var slot = _slots.Allocate();
        var (next, stages) = (0, 0);
        while (tracker.Counters.Doublings < 3)
        {
            var split = tracker.Counters.GroupsSplit;
            tracker.Bind(Add(tracker, Keys.Numbered(next)), slot, 60, next);
            twin.Add(next++);
            Assert.True(tracker.Counters.GroupsSplit <= split + 1, "L1.8");
            if (tracker.Counters.GroupsSplit > split) stages++;
            if (random.Next(50) == 0 && tracker.Evict(1) == 1) twin.RemoveAll(number => Find(tracker, Keys.Numbered(number)) < 0);
            Assert.True(tracker.Count == twin.Count, $"after {next}: an entry was lost, {Seeded.Note}");
            for (var i = 0; i < 6; i++)
            {
                Assert.True(Find(tracker, Keys.Numbered(twin[random.Next(twin.Count)])) >= 0, $"after {next}, {Seeded.Note}");
                Assert.True(Find(tracker, Keys.Numbered(next + random.Next(1_000))) < 0, $"after {next}, {Seeded.Note}");
            }

            if (tracker.Counters.GroupsSplit > split && stages % 16 == 0)
                Assert.All(twin, number => Assert.True(Find(tracker, Keys.Numbered(number)) >= 0, $"stage {stages}, {Seeded.Note}"));
        }

        Assert.True(stages >= 32 + 64 + 128, "three doublings were made of their groups");
        Assert.Equal(0, tracker.Counters.Evicted(EvictionCause.BucketFull));
    }

    [Fact]
    public void Counters_of_an_entry_tell_what_it_answered_from_what_L2_answered()
    {
        using var tracker = Tracker();
        var slot = _slots.Allocate();
        var entry = Add(tracker, Keys.Numbered(3));
        tracker.Bind(entry, slot, 100, 5);
        for (var i = 0; i < 4; i++) tracker.TryUse(entry, 50, 0x02, 10 + i, out _);
        var view = Assert.Single(tracker.List(20));
        Assert.Equal((4L, 5L, 300L, 13L), (view.Hits, view.Packets, view.Bytes, view.LastUsedMs));
        Assert.Equal((4L, 200L, (ushort)0x02), (_slots[slot].Packets, _slots[slot].Bytes, _slots[slot].TcpFlags));
    }

    [Fact]
    public void Commanded_evictions_and_a_flush_are_counted_as_such()
    {
        using var tracker = Tracker();
        for (var number = 0; number < 500; number++) Add(tracker, Keys.Numbered(number));
        Assert.Equal(200, tracker.Evict(200));
        Assert.Equal(300, tracker.Count);
        tracker.Clear();
        Assert.Equal(0, tracker.Count);
        Assert.Equal(0, tracker.PendingCount);
        Assert.Equal((200, 300), (tracker.Counters.Evicted(EvictionCause.Command), tracker.Counters.Evicted(EvictionCause.Flushed)));
        Assert.All(Enumerable.Range(0, 500), number => Assert.True(Find(tracker, Keys.Numbered(number)) < 0));
    }

    [Fact]
    public void Finding_and_using_allocates_nothing()
    {
        using var tracker = Tracker();
        var slot = _slots.Allocate();
        for (var i = 0; i < 64; i++) tracker.Bind(Add(tracker, Keys.Numbered(i)), slot, 60, 0);
        using var keys = new TrackedKeys();
        Put(keys, tracker, [.. Enumerable.Range(0, 64)]);
        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < 100; round++)
            {
                tracker.EndAdding(keys);
                for (var i = 0; i < keys.Count; i++) Assert.True(tracker.TryUse(tracker.Find(keys, i), 60, 0, 1, out _));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Assert.Equal(0, Round());
    }
}
