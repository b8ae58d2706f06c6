using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// The exact match flow tracker beside a naive twin while few connections open, end and open again in a table too small for them:
/// properties L1.1, L1.9 and L1.10.
/// </summary>
public sealed class EndedConnectionTwinTests
{
    private const int Capacity = 64;
    private const TcpFlags Ends = TcpFlags.Fin | TcpFlags.Rst;

    private static readonly TcpFlags[] Usual =
    [
        TcpFlags.Ack, TcpFlags.Ack | TcpFlags.Psh, TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack,
        TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ece,
    ];

    private static readonly TcpFlags[] Flags =
    [
        .. Usual, TcpFlags.Ack | TcpFlags.Urg, TcpFlags.Syn | TcpFlags.Psh, TcpFlags.Syn | TcpFlags.Fin,
        TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack | TcpFlags.Psh, TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh,
    ];

    private readonly PolicySlots _slots = new();
    private readonly Dictionary<(int Connection, TcpFlags Flags), State> _twin = [];
    private readonly FramePool _pool = new(1);
    private long _evictedAsEnded;

    [Theory]
    [InlineData("clock")]
    [InlineData("lru")]
    [InlineData("random")]
    [InlineData("none")]
    public void The_tracker_agrees_with_a_list_of_who_ended_when(string policy)
    {
        var random = Seeded.Random();
        Assert.True(EvictionPolicyNames.TryCreate(policy, random, out var eviction));
        using var tracker = new ExactMatchFlowTracker(
            new ExactMatchOptions { Capacity = Capacity, PendingLimit = 1_000_000 }, _slots, eviction, 7);
        using var keys = new TrackedKeys();
        for (var i = 0; i < 4; i++) _slots.Allocate();
        for (var step = 0; step < 8_000; step++)
        {
            var name = (Connection: random.Next(12), Flags: Flags[random.Next(Flags.Length)]);
            var key = Keys.Tcp(name.Connection, name.Flags);
            var hash = tracker.Hash(ref key);
            var entry = tracker.Find(ref key, hash);
            Assert.True(entry >= 0 == _twin.ContainsKey(name), $"step {step}, {Seeded.Note}");
            if (entry < 0 || _twin[name].EndedAt is not null) NoteFlags(name, step);
            if (entry < 0)
            {
                var refused = MakeRoom(tracker, policy, () => entry = tracker.AddPending(ref key, hash, step), step);
                Assert.True(refused == entry < 0, $"step {step}: L1.10, {Seeded.Note}");
                if (refused) continue;
                _twin[name] = new State { EndedAt = (name.Flags & Ends) != 0 ? step : null };
            }

            var isInForce = random.Next(2) == 0 ? tracker.TryUse(entry, 100, 0, step, out _) : UseRun(tracker, keys, key, entry, step);
            var state = _twin[name];
            Assert.True(isInForce == (state.Slot is { } bound && state.Generation == _slots[bound].Generation), $"step {step}: L1.1");
            if (!isInForce && random.Next(4) != 0) Bind(tracker, entry, state, random.Next(4), step);
            if (random.Next(300) == 0) _slots.Invalidate(random.Next(4));
            if (random.Next(400) == 0) Forget(tracker, tracker.Evict(3));
            if (step % 16 == 0) AssertSameMarks(tracker, step);
        }

        Assert.Equal(_evictedAsEnded, tracker.Counters.Evicted(EvictionCause.Ended));
        Assert.True(_evictedAsEnded > 200, $"{_evictedAsEnded} made room");
        Assert.Equal(tracker.Counters.Inserted, tracker.Count + tracker.Counters.EvictedTotal);
    }

    private void NoteFlags((int Connection, TcpFlags Flags) name, int step)
    {
        var ends = (name.Flags & Ends) != 0;
        if (!ends && (name.Flags & TcpFlags.Syn) == 0) return;
        foreach (var flags in Usual)
            if (_twin.TryGetValue((name.Connection, flags), out var state)) state.EndedAt = ends ? state.EndedAt ?? step : null;
    }

    /// <summary>Adds by <paramref name="add"/>, and looks who went for it. True when the new one must be refused.</summary>
    private bool MakeRoom(ExactMatchFlowTracker tracker, string policy, Action add, int step)
    {
        var isFull = _twin.Count == Capacity;
        var marked = _twin.Where(pair => pair.Value is { EndedAt: not null, Slot: not null }).ToList();
        var first = marked.Count == 0 ? -1 : marked.Min(pair => pair.Value.EndedAt!.Value);
        add();
        var gone = _twin.Keys.Where(name => Find(tracker, name) < 0).ToList();
        var isRefused = isFull && first < 0 && policy == "none";
        Assert.True(gone.Count == (isFull && !isRefused ? 1 : 0), $"step {step}: {gone.Count} went, {Seeded.Note}");
        if (gone.Count > 0 && first >= 0)
        {
            Assert.True(_twin[gone[0]].EndedAt == first && _twin[gone[0]].Slot is not null, $"step {step}: L1.10, {Seeded.Note}");
            _evictedAsEnded++;
        }

        foreach (var name in gone) _twin.Remove(name);
        return isRefused;
    }

    private bool UseRun(ExactMatchFlowTracker tracker, TrackedKeys keys, FlowKey key, int entry, long nowMs)
    {
        keys.Clear();
        tracker.Add(keys, key);
        tracker.EndAdding(keys);
        Assert.True(_pool.TryRent(100, out var frame));
        var used = tracker.UseRun(keys, 0, [frame], nowMs, out _, out _);
        _pool.Return(frame);
        // Where no policy is in force, the NIC asks for the frame alone.
        return used == 1 || tracker.TryUse(entry, 100, 0, nowMs, out _);
    }

    private void Bind(ExactMatchFlowTracker tracker, int entry, State state, int slot, int step)
    {
        tracker.Bind(entry, slot, 100, step);
        // An entry that waits for its policy makes no room: among the others it counts from now on.
        if (state is { Slot: null, EndedAt: not null }) state.EndedAt = step;
        (state.Slot, state.Generation) = (slot, _slots[slot].Generation);
    }

    private void Forget(ExactMatchFlowTracker tracker, int count)
    {
        var gone = _twin.Keys.Where(name => Find(tracker, name) < 0).ToList();
        Assert.Equal(count, gone.Count);
        foreach (var name in gone) _twin.Remove(name);
    }

    private void AssertSameMarks(ExactMatchFlowTracker tracker, int step)
    {
        foreach (var (name, state) in _twin)
            Assert.True(
                tracker.View(Find(tracker, name), step).IsEnded == state.EndedAt is not null, $"step {step}, {name}: L1.9, {Seeded.Note}");
        Assert.Equal(_twin.Values.Count(state => state.EndedAt is not null), tracker.EndedCount);
    }

    private static int Find(ExactMatchFlowTracker tracker, (int Connection, TcpFlags Flags) name)
    {
        var key = Keys.Tcp(name.Connection, name.Flags);
        return tracker.Find(ref key, tracker.Hash(ref key));
    }

    private sealed class State
    {
        public int? EndedAt { get; set; }

        public int? Slot { get; set; }

        public uint Generation { get; set; }
    }
}
