using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// The exact match flow tracker, L1 of the hierarchy: every microflow passing through the NIC, known by its ingress port and every header
/// field, with the policy that L2 found for it. One lookup replaces L2's walk over many masks.
/// <para>An entry is added when a key is first seen, before any policy is known, and bound when L2 matches. It holds no actions but names
/// the L2 flow by slot and generation, so that a changed flow takes all its entries out of force by one increment, without a sweep.</para>
/// <para>Structure: a bucket is eight lanes of entry index and signature, half a cache line; one vector compare finds the candidates.
/// An entry is another: what a hit writes, and the key, or its head (<see cref="TrackedFlow"/>). A full bucket spills into the others
/// of its group of eight, and counts its spilled entries, so that a miss stops at once where nothing was spilled.</para>
/// <para>It grows by linear hashing: buckets double one group at a time, in step with the insertions, and since all memory is reserved
/// in advance, entries never move. So no frame ever waits for a table to be rebuilt.</para>
/// <para>TCP flags belong to the key, so a connection has an entry for each set of flags, and the segment that ends it is mostly a new
/// key. Before that is inserted, the entries of its direction are marked as ended: those that keys with the usual flags find, a fixed
/// number of probes. Marked entries are the first to make room, whatever the policy. The mark lies where the fast way of a hit looks
/// anyway: without it a hit does nothing more, with it the flags are looked at again, so that a SYN takes the mark back. It is a hint: a
/// marked entry answers as ever, and one with unusual flags, another TTL or of the way back is not found.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>L1.1: a hit's policy is a live L2 flow of the same generation as when the entry was bound.</item>
/// <item>L1.2: an entry is found exactly by the keys equal to the one it was added for: all matched bytes and the sections.</item>
/// <item>L1.3: a key has at most one entry.</item>
/// <item>L1.4: there are never more entries than <see cref="ExactMatchOptions.Capacity"/>, nor more entries that never were bound than
/// <see cref="ExactMatchOptions.PendingLimit"/>.</item>
/// <item>L1.5: inserted = live + evicted, each eviction counted under one cause.</item>
/// <item>L1.6: what is found for a key of a batch is what is found for the key alone.</item>
/// <item>L1.7: finding and using an entry allocates nothing.</item>
/// <item>L1.8: an insertion moves at most the 64 index lanes of one group, however large the table; no entry or key is moved.</item>
/// <item>L1.9: a frame of TCP with FIN or RST marks its entry, and those of the keys that differ from its own by having usual flags
/// instead. One with SYN that has no entry, or a marked one, takes the mark from the latter. Nothing else changes marks.</item>
/// <item>L1.10: for a new entry in a full table the bound entry that was marked first makes room, and only without one does the policy
/// choose or refuse; in a full bucket, a marked entry of it. They are counted as <see cref="EvictionCause.Ended"/>.</item>
/// </list>
/// <para>Not modelled: time-outs of rules (L3 owns those), the state of connections beyond that mark. The idle time-out here only gives
/// memory back.</para>
/// </summary>
public sealed unsafe partial class ExactMatchFlowTracker : IEvictionView, IDisposable
{
    /// <summary>Keys between sending for a bucket and looking into it: at some 8 ns a key, as much as the memory takes.</summary>
    private const int BlockSize = 16;

    private readonly ExactMatchOptions _options;
    private readonly PolicySlots _slots;
    private readonly IEvictionPolicy _eviction;
    private readonly bool _evictionWantsHits;
    private readonly KeyHash _hash;

    /// <param name="seed">Of the hash; differs per NIC, so that colliding keys cannot be prepared.</param>
    public ExactMatchFlowTracker(ExactMatchOptions options, PolicySlots slots, IEvictionPolicy eviction, uint seed)
    {
        Invariant.Check(options.Capacity is > 0 and <= ExactMatchOptions.MaxCapacity, "an entry's index leaves room for a signature");
        Invariant.Check(options.PendingLimit > 0, "the tracker has room for an entry");
        _options = options;
        _slots = slots;
        _eviction = eviction;
        _evictionWantsHits = eviction.WantsHits;
        _hash = new KeyHash(seed);
        _lastBucket = BucketCountFor(Math.Min(InitialEntryCount, options.Capacity)) - 1;
        _mostBuckets = BucketCountFor(options.Capacity);
        _indexMask = (2u << BitOperations.Log2((uint)Math.Max(options.Capacity - 1, 1))) - 1;
        _entrySlab = new NativeSlab((long)options.Capacity * TrackedFlow.Size);
        _sideSlab = new NativeSlab((long)options.Capacity * sizeof(TrackerSideEntry));
        _bucketSlab = new NativeSlab((long)_mostBuckets * BucketSize);
        _spilledSlab = new NativeSlab((long)_mostBuckets * sizeof(ushort));
        _entries = (TrackedFlow*)_entrySlab.Pointer;
        _side = (TrackerSideEntry*)_sideSlab.Pointer;
        _buckets = _bucketSlab.Pointer;
        _spilled = (ushort*)_spilledSlab.Pointer;
        var bucketCount = (int)_lastBucket + 1;
        _bucketSlab.Use((long)bucketCount * BucketSize);
        _spilledSlab.Use((long)bucketCount * sizeof(ushort));
        new Span<byte>(_buckets, bucketCount * BucketSize).Clear();
        new Span<ushort>(_spilled, bucketCount).Clear();
    }

    public ExactMatchCounters Counters { get; } = new();

    /// <summary>Live entries, pending ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Live entries that never were bound.</summary>
    public int PendingCount => _pending.Count;

    /// <summary>Live entries whose connection has ended.</summary>
    public int EndedCount { get; private set; }

    public int Capacity => _options.Capacity;

    public string EvictionPolicyName => _eviction.Name;

    /// <summary>Bytes in use for buckets, entries and keys.</summary>
    public long MemorySize => _entrySlab.Size + _sideSlab.Size + _bucketSlab.Size + _spilledSlab.Size + _blocks.Size;

    public uint Hash(ref FlowKey key)
    {
        var shape = TrackedFlow.ShapeOf(ref key, out var head);
        return Hash(shape, head, ref key);
    }

    /// <summary>The entry of <paramref name="key"/>, or -1. Counts nothing.</summary>
    public int Find(ref FlowKey key, uint hash)
    {
        var shape = TrackedFlow.ShapeOf(ref key, out var head);
        return Find(shape, head, ref key, hash);
    }

    /// <summary>
    /// Makes the keys of a batch's frames and looks for their entries, so that <see cref="Find(TrackedKeys, int)"/> and
    /// <see cref="UseRun"/> can be asked. While a key is made, the bucket of the one a block ahead of it has arrived, and the entry that
    /// this suggests is sent for. So the memory's latency passes while there is work, and with few new pages in a time: with a million
    /// flows nearly every line lies in a page that the processor has to look up, which costs more than to fetch the line.
    /// </summary>
    /// <param name="arrival">
    /// The port by which all of the frames have just come in: their metadata is reset. Null: it is as it should be.
    /// </param>
    public void Read(TrackedKeys keys, ReadOnlySpan<Frame> frames, OdpPort? arrival = null)
    {
        keys.Clear();
        for (var block = 0; block < frames.Length; block += BlockSize)
            ReadBlock(keys, frames[block..Math.Min(block + BlockSize, frames.Length)], block, arrival);
        Suggest(keys, Math.Max(frames.Length - BlockSize, 0), frames.Length);
    }

    /// <summary>Adds a key to the batch as if read from a frame; <see cref="EndAdding"/> must follow the last.</summary>
    public void Add(TrackedKeys keys, in FlowKey key)
    {
        keys.Add(key);
        Announce(keys, keys.Count - 1);
    }

    public void EndAdding(TrackedKeys keys) => Suggest(keys, 0, keys.Count);

    /// <summary>The entry of a key of the batch as of now, or -1.</summary>
    public int Find(TrackedKeys keys, int index)
    {
        Found(keys, index);
        return keys.Marks[index].Candidate;
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
        if (!_slots.IsCurrent(policySlot, flow->Generation)) return CountUnusable(entry);
        flow->Use(frameSize, (uint)nowMs);
        if ((flow->Shape & TrackedFlow.Ended) != 0) NoteAgain(entry);
        ref var slot = ref _slots[policySlot];
        slot.Packets++;
        slot.Bytes += frameSize;
        slot.LastUsedMs = nowMs;
        slot.TcpFlags |= tcpFlags;
        Counters.Hits++;
        if (_evictionWantsHits) _eviction.Used(entry);
        return true;
    }

    /// <summary>
    /// Uses the entries of a batch's keys from <paramref name="first"/> on as long as their policy is in force and the same: what
    /// <see cref="TryUse"/> would do with each, with the policy's own counters written once. Returns how many were used, and their bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int UseRun(TrackedKeys keys, int first, ReadOnlySpan<Frame> frames, long nowMs, out int policySlot, out long bytes)
    {
        policySlot = TrackedFlow.NoPolicy;
        bytes = 0;
        var flow = Found(keys, first);
        if (flow is null || !_slots.IsCurrent(flow->PolicySlot, flow->Generation)) return 0;
        policySlot = flow->PolicySlot;
        var policy = flow->Policy;
        var run = new Run();
        var next = first;
        while (true)
        {
            next = UsePlain(keys, next, frames, policy, (uint)nowMs, ref run);
            if (next == frames.Length) break;
            flow = Found(keys, next);
            if (flow is null || flow->Policy != policy) break;
            flow->Use(frames[next].Length, (uint)nowMs);
            if ((flow->Shape & TrackedFlow.Ended) != 0) NoteAgain(keys.Marks[next].Candidate);
            run.Bytes += frames[next].Length;
            run.TcpFlags |= keys.TcpFlagsAt(next);
            if (++next == frames.Length) break;
        }

        bytes = run.Bytes;
        ref var slot = ref _slots[policySlot];
        slot.Packets += next - first;
        slot.Bytes += bytes;
        slot.LastUsedMs = nowMs;
        slot.TcpFlags |= (ushort)(run.TcpFlags | CompactKey.TcpFlags((ushort)run.CompactFlags));
        Counters.Hits += next - first;
        if (!_evictionWantsHits) return next - first;
        for (var i = first; i < next; i++) _eviction.Used(keys.Marks[i].Candidate);
        return next - first;
    }

    /// <summary>
    /// The part of a run that needs no call: keys that are all head, each in the entry that its bucket suggests. Returns the first other.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int UsePlain(TrackedKeys keys, int next, ReadOnlySpan<Frame> frames, ulong policy, uint nowMs, ref Run run)
    {
        var entries = _entries;
        var heads = keys.Heads;
        var marks = keys.Marks;
        var (bytes, flags) = (run.Bytes, run.CompactFlags);
        ref var frame = ref MemoryMarshal.GetReference(frames);
        for (; next < frames.Length; next++)
        {
            var mark = marks + next;
            // Only a hint: where no key or no candidate is, the address means nothing.
            Prefetch(entries + (uint)mark[TrackedKeys.Lead].Candidate);
            if (mark->Candidate < 0 || mark->Shape != TrackedFlow.PlainShape) break;
            var flow = entries + mark->Candidate;
            var head = heads[next];
            if ((flow->Shape & ~TrackedFlow.Referenced) != TrackedFlow.PlainShape || flow->Head != head || flow->Policy != policy) break;
            var size = Unsafe.Add(ref frame, next).Length;
            flow->Packets++;
            flow->Bytes += size;
            flow->UsedAndShape = nowMs | (ulong)(TrackedFlow.PlainShape | TrackedFlow.Referenced) << 32;
            bytes += size;
            flags |= CompactKey.RawFlags(head);
        }

        (run.Bytes, run.CompactFlags) = (bytes, flags);
        return next;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TrackedFlow* Found(TrackedKeys keys, int index)
    {
        ref var mark = ref keys.Marks[index];
        if (mark.Candidate < 0 || !HasKey(mark.Candidate, mark.Shape, keys.Heads[index], ref keys.Known(index)))
            mark.Candidate = Find(mark.Shape, keys.Heads[index], ref keys.Known(index), mark.Hash);
        return mark.Candidate < 0 ? null : Entry(mark.Candidate);
    }

    private bool CountUnusable(int entry)
    {
        var flow = Entry(entry);
        if ((flow->Shape & TrackedFlow.Ended) != 0) NoteAgain(entry);
        if (flow->PolicySlot == TrackedFlow.NoPolicy) Counters.PendingHits++;
        else Counters.StaleHits++;
        return false;
    }

    /// <summary>Counts a frame whose key has no entry and adds one with its policy pending; -1 when refused.</summary>
    public int AddPending(ref FlowKey key, uint hash, long nowMs)
    {
        var shape = TrackedFlow.ShapeOf(ref key, out var head);
        Counters.Misses++;
        var isEnding = Note(shape, head, ref key);
        if (PendingCount >= _options.PendingLimit) Remove(_pending.Oldest, EvictionCause.PendingLimit);
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
        StoreKey(entry, shape, head, ref key);
        ref var side = ref _side[entry];
        side.Hash = hash;
        side.AnsweredByL2 = 0;
        Append(ref _pending, entry);
        _eviction.Added(entry);
        Count++;
        Counters.Inserted++;
        if (isEnding) Mark(entry, true);
        return entry;
    }

    /// <summary>Binds an entry to the L2 flow that has just answered a frame of it, and counts that frame in the entry.</summary>
    public void Bind(int entry, int policySlot, int frameSize, long nowMs)
    {
        var flow = Entry(entry);
        if (flow->PolicySlot == TrackedFlow.NoPolicy)
        {
            Unlink(ref _pending, entry);
            if ((flow->Shape & TrackedFlow.Ended) != 0) Append(ref _ended, entry);
        }

        flow->PolicySlot = policySlot;
        flow->Generation = _slots[policySlot].Generation;
        flow->Use(frameSize, (uint)nowMs);
        _side[entry].AnsweredByL2++;
        Counters.Bound++;
    }

    private int Find(uint shape, Vector256<byte> head, ref FlowKey key, uint hash)
    {
        var home = HomeBucket(hash);
        var entry = FindInBucket(home, hash, shape, head, ref key);
        if (entry >= 0 || _spilled[home] == 0) return entry;
        for (uint step = 1; step < GroupSize && entry < 0; step++) entry = FindInBucket(home ^ step, hash, shape, head, ref key);
        return entry;
    }

    private uint Hash(uint shape, Vector256<byte> head, ref FlowKey key) =>
        _hash.Of(head, ref key, (FlowSections)TrackedFlow.Rest(shape));

    /// <summary>Makes the keys of some frames, the first as number <paramref name="index"/>, and sends for their buckets.</summary>
    private void ReadBlock(TrackedKeys keys, ReadOnlySpan<Frame> frames, int index, OdpPort? arrival)
    {
        var others = ReadPlain(keys.Heads + index, keys.Marks + index, frames, index > 0, arrival);
        // Apart, so that nothing in the loop is a call and all that it needs stays in registers.
        for (; others != 0; others &= others - 1)
        {
            var i = BitOperations.TrailingZeroCount(others);
            keys.Put(index + i, frames[i]);
            Announce(keys, index + i);
        }

        keys.Count = index + frames.Length;
    }

    /// <summary>
    /// Makes the keys of those frames whose keys are all head, and between them suggests the entries of the block before, if there is one.
    /// Returns the other frames, a bit for each.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong ReadPlain(
        Vector256<byte>* heads, TrackedKeys.Mark* marks, ReadOnlySpan<Frame> frames, bool hasPrevious, OdpPort? arrival)
    {
        var buckets = _buckets;
        var entries = _entries;
        var hash = _hash;
        var homes = new Homes(_lastBucket + 1, _split);
        var (signatureBits, signatureMask) = (Vector256.Create(~_indexMask), ~_indexMask);
        var port = arrival.GetValueOrDefault().Value;
        var isFresh = arrival.HasValue;
        ulong others = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            if (hasPrevious) Suggest(marks + i - BlockSize, buckets, entries, signatureBits, signatureMask);
            var frame = frames[i];
            if (isFresh)
            {
                frame.Metadata.Reset(port);
                frame.Tier = Tier.L1;
            }
            else
            {
                if (frame.Metadata.Tunnel.IsPresent)
                {
                    others |= 1UL << i;
                    continue;
                }

                port = frame.Metadata.InPort;
            }

            if (!CompactKey.TryRead(frame, port, out var head))
            {
                others |= 1UL << i;
                continue;
            }

            var value = hash.Of(head);
            heads[i] = head;
            marks[i].HashAndShape = value | (ulong)TrackedFlow.PlainShape << 32;
            var bucket = homes.Of(value);
            marks[i].Bucket = bucket;
            Prefetch(buckets + (ulong)bucket * BucketSize);
        }

        return others;
    }

    /// <summary>Hashes a key and sends for its bucket.</summary>
    private void Announce(TrackedKeys keys, int index)
    {
        ref var mark = ref keys.Marks[index];
        mark.Hash = Hash(mark.Shape, keys.Heads[index], ref keys.Known(index));
        mark.Bucket = HomeBucket(mark.Hash);
        Prefetch(Bucket(mark.Bucket));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Suggest(TrackedKeys keys, int from, int to)
    {
        var marks = keys.Marks;
        var buckets = _buckets;
        var entries = _entries;
        var (signatureBits, signatureMask) = (Vector256.Create(~_indexMask), ~_indexMask);
        for (var i = from; i < to; i++) Suggest(marks + i, buckets, entries, signatureBits, signatureMask);
    }

    /// <summary>
    /// The first entry of a key's bucket, or of its neighbour in the cache line, whose signature fits, sent for. Signatures seldom fit by
    /// chance, and few entries are spilled, of which each would cost as much as a dozen that wait for nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Suggest(
        TrackedKeys.Mark* mark, byte* buckets, TrackedFlow* entries, Vector256<uint> signatureBits, uint signatureMask)
    {
        var signature = SignatureOf(mark->Hash, signatureMask);
        var line = (uint*)(buckets + (ulong)mark->Bucket * BucketSize);
        var lanes = MatchingLanes(line, signature, signatureBits);
        if (lanes == 0)
        {
            line = (uint*)(buckets + (ulong)(mark->Bucket ^ 1) * BucketSize);
            lanes = MatchingLanes(line, signature, signatureBits);
            if (lanes == 0)
            {
                mark->Candidate = -1;
                return;
            }
        }

        var candidate = line[BitOperations.TrailingZeroCount(lanes)] & ~signatureMask;
        mark->Candidate = (int)candidate;
        PrefetchNear(entries + candidate);
    }

    /// <summary>What a run adds up.</summary>
    private struct Run
    {
        public long Bytes;
        public uint TcpFlags;

        /// <summary>Flags as they lie in the heads of plain keys.</summary>
        public uint CompactFlags;
    }

    public void Dispose()
    {
        _entrySlab.Dispose();
        _sideSlab.Dispose();
        _bucketSlab.Dispose();
        _spilledSlab.Dispose();
        _blocks.Dispose();
    }
}
