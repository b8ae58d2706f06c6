using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>Entries coming and going: free list, growth, pending list, eviction, ageing, listing.</summary>
public sealed unsafe partial class ExactMatchFlowTracker
{
    private const int InitialEntryCount = 1024;

    private TrackerSideEntry[] _side;
    private int _freeEntry = -1;
    private int _entryHigh;
    private int _oldestPending = -1;
    private int _newestPending = -1;
    private int _sweepHand;

    int IEvictionView.EntryCount => _entryHigh;

    bool IEvictionView.IsLive(int entry) => Entry(entry)->Shape != 0;

    bool IEvictionView.TakeReferenced(int entry)
    {
        var was = (Entry(entry)->Shape & TrackedFlow.Referenced) != 0;
        Entry(entry)->Shape &= ~TrackedFlow.Referenced;
        return was;
    }

    /// <summary>
    /// Ages: removes pending entries that waited too long, and looks at up to <paramref name="budget"/> entries for stale or idle ones,
    /// going on where the last call stopped. Returns the entries removed.
    /// </summary>
    public int Age(long nowMs, int budget)
    {
        var before = Count;
        while (_oldestPending >= 0 && IdleMs(_oldestPending, nowMs) > _options.PendingTimeoutMs)
            Remove(_oldestPending, EvictionCause.PendingAged);
        for (var step = Math.Min(budget, _entryHigh); step > 0; step--)
        {
            if (_sweepHand >= _entryHigh) _sweepHand = 0;
            var entry = _sweepHand++;
            var flow = Entry(entry);
            if (flow->Shape == 0) continue;
            var idleMs = IdleMs(entry, nowMs);
            if (flow->PolicySlot != TrackedFlow.NoPolicy && idleMs > _options.PendingTimeoutMs
                && !_slots.IsCurrent(flow->PolicySlot, flow->Generation))
                Remove(entry, EvictionCause.Stale);
            else if (idleMs > _options.IdleTimeoutMs)
                Remove(entry, EvictionCause.Idle);
        }

        return before - Count;
    }

    /// <summary>
    /// Removes up to <paramref name="count"/> entries that the eviction policy chooses (fault injection); returns how many went.
    /// </summary>
    public int Evict(int count)
    {
        var removed = 0;
        while (removed < count && Count > 0)
        {
            var victim = _eviction.Choose(this);
            if (victim < 0) victim = FirstLive();
            Remove(victim, EvictionCause.Command);
            removed++;
        }

        return removed;
    }

    /// <summary>Empties the table; memory stays.</summary>
    public void Clear(EvictionCause cause = EvictionCause.Flushed)
    {
        for (var entry = 0; entry < _entryHigh && Count > 0; entry++)
            if (Entry(entry)->Shape != 0) Remove(entry, cause);
    }

    /// <summary>Copies of up to <paramref name="limit"/> entries, in no meaningful order.</summary>
    public IReadOnlyList<TrackedFlowView> List(long nowMs, int limit = int.MaxValue)
    {
        var views = new List<TrackedFlowView>(Math.Min(limit, Count));
        for (var entry = 0; entry < _entryHigh && views.Count < limit; entry++)
            if (Entry(entry)->Shape != 0) views.Add(View(entry, nowMs));
        return views;
    }

    /// <summary>A copy of one live entry.</summary>
    public TrackedFlowView View(int entry, long nowMs)
    {
        var flow = Entry(entry);
        LoadKey(entry, out var key);
        var isBound = flow->PolicySlot != TrackedFlow.NoPolicy;
        return new TrackedFlowView
        {
            Key = key,
            IsBound = isBound,
            IsStale = isBound && !_slots.IsCurrent(flow->PolicySlot, flow->Generation),
            PolicySlot = flow->PolicySlot,
            Hits = flow->Packets - _side[entry].AnsweredByL2,
            Packets = flow->Packets,
            Bytes = flow->Bytes,
            LastUsedMs = nowMs - IdleMs(entry, nowMs),
        };
    }

    private uint IdleMs(int entry, long nowMs) => (uint)nowMs - Entry(entry)->LastUsedMs;

    private int FirstLive()
    {
        var entry = 0;
        while (Entry(entry)->Shape == 0) entry++;
        return entry;
    }

    /// <summary>An entry that is in no bucket and no list; -1 when the eviction policy refuses.</summary>
    private int TakeFreeEntry()
    {
        if (_freeEntry < 0 && _entryHigh == _entryCount && _entryCount < _options.Capacity) Double();
        if (_freeEntry < 0 && _entryHigh == _entryCount)
        {
            var victim = _eviction.Choose(this);
            if (victim < 0) return -1;
            Remove(victim, EvictionCause.Capacity);
        }

        if (_freeEntry < 0) return _entryHigh++;
        var entry = _freeEntry;
        _freeEntry = _side[entry].Next;
        return entry;
    }

    private void ReleaseEntry(int entry)
    {
        Entry(entry)->Shape = 0;
        _side[entry].Next = _freeEntry;
        _freeEntry = entry;
    }

    private void Remove(int entry, EvictionCause cause)
    {
        Invariant.Check(Entry(entry)->Shape != 0, "only a live entry is removed");
        TakeOutOfBucket(entry);
        Forget(entry, cause);
    }

    /// <summary>The part of removing that does not concern buckets.</summary>
    private void Forget(int entry, EvictionCause cause)
    {
        if (Entry(entry)->PolicySlot == TrackedFlow.NoPolicy) UnlinkPending(entry);
        _blocks.Give(_side[entry].Block);
        _eviction.Removed(entry);
        ReleaseEntry(entry);
        Count--;
        Counters.CountEviction(cause);
    }

    /// <summary>Twice the entries and buckets. Home buckets follow from the hashes, so no key is read.</summary>
    private void Double()
    {
        _entryCount = (int)Math.Min(2L * _entryCount, _options.Capacity);
        _entrySlab.Grow((long)_entryCount * TrackedFlow.Size);
        TakePointers();
        Array.Resize(ref _side, _entryCount);
        _eviction.Resize(_entryCount);
        Counters.Doublings++;
        var bucketCount = BucketCountFor(_entryCount);
        if (bucketCount == _bucketCount) return;
        _bucketCount = bucketCount;
        _bucketSlab.Grow((long)bucketCount * BucketSize);
        TakePointers();
        new Span<uint>(_bucketSlab.Pointer, bucketCount * (BucketSize / sizeof(uint))).Clear();
        _spilled = new ushort[bucketCount];
        for (var entry = 0; entry < _entryHigh; entry++)
        {
            if (Entry(entry)->Shape == 0) continue;
            // Half as full, yet the order of placing differs, so a lane within the probe limit is only nearly certain.
            if (!TryPlaceInFreeLane(entry, _side[entry].Hash)) Forget(entry, EvictionCause.BucketFull);
        }
    }

    private void AppendPending(int entry)
    {
        ref var side = ref _side[entry];
        side.Previous = _newestPending;
        side.Next = -1;
        if (_newestPending >= 0) _side[_newestPending].Next = entry;
        else _oldestPending = entry;
        _newestPending = entry;
        PendingCount++;
    }

    private void UnlinkPending(int entry)
    {
        var (previous, next) = (_side[entry].Previous, _side[entry].Next);
        if (previous >= 0) _side[previous].Next = next;
        else _oldestPending = next;
        if (next >= 0) _side[next].Previous = previous;
        else _newestPending = previous;
        PendingCount--;
    }
}
