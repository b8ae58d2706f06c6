using System.Runtime.CompilerServices;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// The exact match flow tracker, L1 of the hierarchy: every microflow passing through the NIC, known by its ingress port and every header
/// field, with the policy that L2 found for it. One lookup replaces L2's walk over many masks.
/// <para>An entry is added when a key is first seen, before any policy is known, and bound when L2 matches. It holds no actions but names
/// the L2 flow by slot and generation, so that a changed flow takes all its entries out of force by one increment, without a sweep.</para>
/// <para>Structure: a bucket is one cache line of eight 32-bit signatures and eight entry indexes; one vector compare finds the candidates.
/// An entry is two lines: what a hit writes, and the key's used sections (<see cref="TrackedFlow"/>). A full bucket spills into the next
/// ones, a bounded number of them, and counts its spilled entries, so that a miss stops at once where nothing was spilled. Signatures are
/// whole hashes, so doubling the table reads no key.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>L1.1: a hit's policy is a live L2 flow of the same generation as when the entry was bound.</item>
/// <item>L1.2: an entry is found exactly by the keys equal to the one it was added for: all matched bytes and the sections.</item>
/// <item>L1.3: a key has at most one entry.</item>
/// <item>L1.4: there are never more entries than <see cref="ExactMatchOptions.Capacity"/>, nor more entries that never were bound than
/// <see cref="ExactMatchOptions.PendingLimit"/>.</item>
/// <item>L1.5: inserted = live + evicted, each eviction counted under one cause.</item>
/// <item>L1.6: what <see cref="FindBatch"/> answers is what <see cref="Find"/> answers.</item>
/// <item>L1.7: finding and using an entry allocates nothing.</item>
/// </list>
/// <para>Not modelled: time-outs of rules (L3 owns those), connection state. The idle time-out here only gives memory back.</para>
/// </summary>
public sealed unsafe partial class ExactMatchFlowTracker : IEvictionView, IDisposable
{
    private readonly ExactMatchOptions _options;
    private readonly PolicySlots _slots;
    private readonly IEvictionPolicy _eviction;
    private readonly bool _evictionWantsHits;
    private readonly uint _seed;

    /// <param name="seed">Of the hash; differs per NIC, so that colliding keys cannot be prepared.</param>
    public ExactMatchFlowTracker(ExactMatchOptions options, PolicySlots slots, IEvictionPolicy eviction, uint seed)
    {
        Invariant.Check(options.Capacity > 0 && options.PendingLimit > 0, "the tracker has room for an entry");
        _options = options;
        _slots = slots;
        _eviction = eviction;
        _evictionWantsHits = eviction.WantsHits;
        _seed = seed;
        _entryCount = Math.Min(InitialEntryCount, options.Capacity);
        _bucketCount = BucketCountFor(_entryCount);
        _entrySlab = new NativeSlab((long)_entryCount * TrackedFlow.Size, cleared: true);
        _bucketSlab = new NativeSlab((long)_bucketCount * BucketSize, cleared: true);
        _overflowSlab = new NativeSlab(OverflowBlockSize, cleared: false);
        _spilled = new ushort[_bucketCount];
        _side = new TrackerSideEntry[_entryCount];
        _eviction.Resize(_entryCount);
    }

    public ExactMatchCounters Counters { get; } = new();

    /// <summary>Live entries, pending ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Live entries that never were bound.</summary>
    public int PendingCount { get; private set; }

    public int Capacity => _options.Capacity;

    public string EvictionPolicyName => _eviction.Name;

    /// <summary>Bytes held for buckets, entries and overflow.</summary>
    public long MemorySize => _entrySlab.Size + _bucketSlab.Size + _overflowSlab.Size + (long)_entryCount * sizeof(TrackerSideEntry);

    /// <summary>Changes with every entry added or removed. Entry indexes found before a change have to be found again.</summary>
    public uint Version { get; private set; }

    public uint Hash(ref FlowKey key)
    {
        var hash = key.Hash(_seed);
        return hash == 0 ? 1 : hash;
    }

    /// <summary>The entry of <paramref name="key"/>, or -1. Counts nothing.</summary>
    public int Find(ref FlowKey key, uint hash)
    {
        var home = HomeBucket(hash);
        var entry = FindInBucket(home, hash, ref key);
        if (entry >= 0 || _spilled[home] == 0) return entry;
        for (var step = 1; step < ProbeLimit && entry < 0; step++) entry = FindInBucket((home + step) & (_bucketCount - 1), hash, ref key);
        return entry;
    }

    /// <summary>
    /// Finds up to 64 keys at once (property L1.6), writing their hashes and entry indexes (-1 for none). All hashes come first, so that
    /// the
    /// buckets are under way while later keys are hashed, and the entries while later buckets are compared: the memory's latency is paid
    /// once.
    /// </summary>
    public void FindBatch(Span<FlowKey> keys, Span<uint> hashes, Span<int> entries)
    {
        var buckets = _bucketSlab.Pointer;
        for (var i = 0; i < keys.Length; i++)
        {
            var hash = Hash(ref keys[i]);
            hashes[i] = hash;
            Prefetch(buckets + (long)HomeBucket(hash) * BucketSize);
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var candidate = FirstCandidate(HomeBucket(hashes[i]), hashes[i]);
            entries[i] = candidate;
            if (candidate < 0) continue;
            var entry = (byte*)Entry(candidate);
            Prefetch(entry);
            Prefetch(entry + 64);
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var candidate = entries[i];
            if (candidate >= 0 ? !HasKey(candidate, ref keys[i]) : _spilled[HomeBucket(hashes[i])] != 0)
                entries[i] = Find(ref keys[i], hashes[i]);
        }
    }

    /// <summary>
    /// Uses a found entry for one frame: counts it in the entry and in the L2 flow's slot. False when no policy is in force: the entry is
    /// pending or its policy's generation has passed (property L1.1); then L2 has to be asked.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryUse(int entry, int frameSize, ushort tcpFlags, long nowMs, out int policySlot)
    {
        var flow = Entry(entry);
        policySlot = flow->PolicySlot;
        if (!_slots.IsCurrent(policySlot, flow->Generation)) return CountUnusable(flow);
        flow->Packets++;
        flow->Bytes += frameSize;
        flow->LastUsedMs = (uint)nowMs;
        flow->Shape |= TrackedFlow.Referenced;
        ref var slot = ref _slots[policySlot];
        slot.Packets++;
        slot.Bytes += frameSize;
        slot.LastUsedMs = nowMs;
        slot.TcpFlags |= tcpFlags;
        Counters.Hits++;
        if (_evictionWantsHits) _eviction.Used(entry);
        return true;
    }

    private bool CountUnusable(TrackedFlow* flow)
    {
        if (flow->PolicySlot == TrackedFlow.NoPolicy) Counters.PendingHits++;
        else Counters.StaleHits++;
        return false;
    }

    /// <summary>Counts a frame whose key has no entry and adds one with its policy pending; -1 when refused.</summary>
    public int AddPending(ref FlowKey key, uint hash, long nowMs)
    {
        Counters.Misses++;
        if (PendingCount >= _options.PendingLimit) Remove(_oldestPending, EvictionCause.PendingLimit);
        var entry = TakeFreeEntry();
        if (entry >= 0 && !TryPlace(entry, hash))
        {
            ReleaseEntry(entry);
            entry = -1;
        }

        if (entry < 0)
        {
            Counters.InsertsRefused++;
            return -1;
        }

        var flow = Entry(entry);
        *flow = new TrackedFlow { PolicySlot = TrackedFlow.NoPolicy, LastUsedMs = (uint)nowMs };
        StoreKey(entry, ref key);
        ref var side = ref _side[entry];
        side.Signature = hash;
        side.AnsweredByL2 = 0;
        AppendPending(entry);
        _eviction.Added(entry);
        Count++;
        Version++;
        Counters.Inserted++;
        return entry;
    }

    /// <summary>Binds an entry to the L2 flow that has just answered a frame of it, and counts that frame in the entry.</summary>
    public void Bind(int entry, int policySlot, int frameSize, long nowMs)
    {
        var flow = Entry(entry);
        if (flow->PolicySlot == TrackedFlow.NoPolicy) UnlinkPending(entry);
        flow->PolicySlot = policySlot;
        flow->Generation = _slots[policySlot].Generation;
        flow->Packets++;
        flow->Bytes += frameSize;
        flow->LastUsedMs = (uint)nowMs;
        flow->Shape |= TrackedFlow.Referenced;
        _side[entry].AnsweredByL2++;
        Counters.Bound++;
    }

    public void Dispose()
    {
        _entrySlab.Dispose();
        _bucketSlab.Dispose();
        _overflowSlab.Dispose();
    }
}
