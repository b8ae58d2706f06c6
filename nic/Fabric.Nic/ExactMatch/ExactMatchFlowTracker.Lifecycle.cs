using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>Entries coming and going: free list, growth, pending list, eviction, ageing, listing.</summary>
public sealed unsafe partial class ExactMatchFlowTracker
{
    private const int InitialEntryCount = 1024;

    /// <summary>By so many entries the eviction policy's own room grows.</summary>
    private const int RoomStep = 4096;

    private int _freeEntry = -1;
    private int _entryHigh;
    private EntryList _pending = new();
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
        while (_pending.Oldest >= 0 && IdleMs(_pending.Oldest, nowMs) > _options.PendingTimeoutMs)
            Remove(_pending.Oldest, EvictionCause.PendingAged);
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
            IsEnded = (flow->Shape & TrackedFlow.Ended) != 0,
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
        if (_freeEntry < 0 && _entryHigh == _options.Capacity)
        {
            var victim = _ended.Oldest;
            var cause = EvictionCause.Ended;
            if (victim < 0) (victim, cause) = (_eviction.Choose(this), EvictionCause.Capacity);
            if (victim < 0) return -1;
            Remove(victim, cause);
        }

        if (_freeEntry < 0) return TakeNewEntry();
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
        var isEnded = (Entry(entry)->Shape & TrackedFlow.Ended) != 0;
        if (isEnded) EndedCount--;
        if (Entry(entry)->PolicySlot == TrackedFlow.NoPolicy) Unlink(ref _pending, entry);
        else if (isEnded) Unlink(ref _ended, entry);
        _blocks.Give(_side[entry].Block);
        _eviction.Removed(entry);
        ReleaseEntry(entry);
        Count--;
        Counters.CountEviction(cause);
    }

    private int TakeNewEntry()
    {
        if (_entryHigh % RoomStep == 0) _eviction.Resize(Math.Min(_entryHigh + RoomStep, _options.Capacity));
        var entry = _entryHigh++;
        _entrySlab.Use((long)_entryHigh * TrackedFlow.Size);
        _sideSlab.Use((long)_entryHigh * sizeof(TrackerSideEntry));
        SplitAsDue();
        return entry;
    }

    /// <summary>
    /// Property L1.8. A doubling begins at three entries to a bucket and must be over at four. So one group of buckets in eight insertions
    /// is split, and a group that waits for it is never fuller than four to a bucket.
    /// </summary>
    private void SplitAsDue()
    {
        var bucketCount = _lastBucket + 1;
        if (bucketCount == _mostBuckets) return;
        var due = Math.Min(_entryHigh - 3L * bucketCount, bucketCount);
        if (_split >= due) return;
        SplitGroup();
        if (_split < bucketCount) return;
        (_lastBucket, _split) = (bucketCount * 2 - 1, 0);
        Counters.Doublings++;
    }

    /// <summary>Divides the next group's entries between it and a new one. Homes follow from the hashes, so no key is read.</summary>
    private void SplitGroup()
    {
        const int Lanes = GroupSize * LaneCount;
        var (group, added) = (_split, _lastBucket + 1 + _split);
        _bucketSlab.Use((added + GroupSize) * (long)BucketSize);
        _spilledSlab.Use((added + GroupSize) * (long)sizeof(ushort));
        Span<uint> lanes = stackalloc uint[Lanes];
        var old = new Span<uint>(Bucket(group), Lanes);
        old.CopyTo(lanes);
        old.Clear();
        new Span<uint>(Bucket(added), Lanes).Clear();
        new Span<ushort>(_spilled + group, GroupSize).Clear();
        new Span<ushort>(_spilled + added, GroupSize).Clear();
        _split += GroupSize;
        Counters.GroupsSplit++;
        foreach (var lane in lanes)
        {
            if (lane == 0) continue;
            var entry = (int)(lane & _indexMask);
            Invariant.Check(TryPlaceInFreeLane(entry, _side[entry].Hash), "what lay in one group has room in two");
        }
    }

    private void Append(ref EntryList list, int entry)
    {
        ref var side = ref _side[entry];
        side.Previous = list.Newest;
        side.Next = -1;
        if (list.Newest >= 0) _side[list.Newest].Next = entry;
        else list.Oldest = entry;
        list.Newest = entry;
        list.Count++;
    }

    private void Unlink(ref EntryList list, int entry)
    {
        var (previous, next) = (_side[entry].Previous, _side[entry].Next);
        if (previous >= 0) _side[previous].Next = next;
        else list.Oldest = next;
        if (next >= 0) _side[next].Previous = previous;
        else list.Newest = previous;
        list.Count--;
    }

    /// <summary>Entries linked by their neighbours. An entry is in one list at most.</summary>
    private struct EntryList()
    {
        public int Oldest = -1;
        public int Newest = -1;
        public int Count;
    }
}
