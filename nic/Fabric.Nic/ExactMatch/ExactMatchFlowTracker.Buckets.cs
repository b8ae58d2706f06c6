using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>Buckets, key storage and comparison.</summary>
public sealed unsafe partial class ExactMatchFlowTracker
{
    /// <summary>
    /// Eight lanes of 32 bits: an entry's index below, a signature above; 0 is a free lane. Half a cache line, since with a million flows
    /// the memory is the limit, and the smaller the buckets, the more of them stay near.
    /// </summary>
    private const int BucketSize = 32;
    private const int LaneCount = 8;

    /// <summary>Buckets that a key may lie in: those of its home's group, which is four cache lines.</summary>
    private const int GroupSize = 8;

    private readonly NativeSlab _bucketSlab;
    private readonly NativeSlab _entrySlab;
    private readonly NativeSlab _sideSlab;
    private readonly NativeSlab _spilledSlab;
    private readonly KeyBlocks _blocks = new();
    private readonly byte* _buckets;
    private readonly TrackedFlow* _entries;
    private readonly TrackerSideEntry* _side;

    /// <summary>Per bucket: live entries whose home it is and that lie in another of its group.</summary>
    private readonly ushort* _spilled;
    private readonly uint _indexMask;
    private readonly uint _mostBuckets;

    /// <summary>Buckets before the doubling that is under way, less one, which is a mask.</summary>
    private uint _lastBucket;

    /// <summary>Buckets below this one have been split in two; the second halves lie behind the last, in the same order.</summary>
    private uint _split;

    /// <summary>Half full at most (4 of 8 lanes), so that about one bucket in fifty spills.</summary>
    private static uint BucketCountFor(int entryCount) => Math.Max(GroupSize, BitOperations.RoundUpToPowerOf2((uint)entryCount) / 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void* line)
    {
        if (Sse.IsSupported) Sse.Prefetch0(line);
    }

    /// <summary>
    /// Into the second level, which holds a whole batch's entries beside much else and can wait for more lines at a time than the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchNear(void* line)
    {
        if (Sse.IsSupported) Sse.Prefetch1(line);
    }

    private uint HomeBucket(uint hash) => new Homes(_lastBucket + 1, _split).Of(hash);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint* Bucket(uint bucket) => (uint*)(_buckets + (ulong)bucket * BucketSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TrackedFlow* Entry(int entry) => _entries + entry;

    /// <summary>
    /// In its place in a lane. Never 0, the mark of a free lane: the lowest bit is always set. The home bucket is made of other bits of the
    /// hash.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SignatureOf(uint hash, uint signatureMask) => (hash & signatureMask) | (~signatureMask + 1);

    /// <summary>Lanes with this signature, as bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint MatchingLanes(uint* bucket, uint signature, Vector256<uint> signatureBits) =>
        Vector256.Equals(Vector256.Load(bucket) & signatureBits, Vector256.Create(signature)).ExtractMostSignificantBits();

    private uint MatchingLanes(uint* bucket, uint hash) =>
        MatchingLanes(bucket, SignatureOf(hash, ~_indexMask), Vector256.Create(~_indexMask));

    private static uint FreeLanes(uint* bucket) => Vector256.Equals(Vector256.Load(bucket), default).ExtractMostSignificantBits();

    private int FindInBucket(uint bucket, uint hash, uint shape, Vector256<byte> head, ref FlowKey key)
    {
        var line = Bucket(bucket);
        for (var lanes = MatchingLanes(line, hash); lanes != 0; lanes &= lanes - 1)
        {
            var entry = (int)(line[BitOperations.TrailingZeroCount(lanes)] & _indexMask);
            if (HasKey(entry, shape, head, ref key)) return entry;
        }

        return -1;
    }

    /// <summary>Property L1.2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasKey(int entry, uint shape, Vector256<byte> head, ref FlowKey key)
    {
        var flow = Entry(entry);
        return (flow->Shape & TrackedFlow.KeyBits) == shape && flow->Head == head
            && (shape == TrackedFlow.PlainShape || HasRest(entry, shape, ref key));
    }

    private bool HasRest(int entry, uint shape, ref FlowKey key)
    {
        var rest = TrackedFlow.Rest(shape);
        if (rest == 0) return true;
        var stored = _blocks.Pointer(_side[entry].Block);
        for (; rest != 0; rest &= rest - 1, stored += FlowKey.SectionSize)
            if (Vector256.Load(stored) != FlowKey.Section(ref key, BitOperations.TrailingZeroCount(rest))) return false;
        return true;
    }

    private void StoreKey(int entry, uint shape, Vector256<byte> head, ref FlowKey key)
    {
        Invariant.Check((shape & (uint)FlowSections.Base) == (uint)FlowSections.Base, "every key has the base sections");
        var flow = Entry(entry);
        flow->Shape = shape;
        flow->Head = head;
        var rest = TrackedFlow.Rest(shape);
        var block = _side[entry].Block = _blocks.Take(rest);
        if (rest == 0) return;
        var stored = _blocks.Pointer(block);
        for (; rest != 0; rest &= rest - 1, stored += FlowKey.SectionSize)
            FlowKey.Section(ref key, BitOperations.TrailingZeroCount(rest)).Store(stored);
    }

    private void LoadKey(int entry, out FlowKey key)
    {
        key = default;
        var flow = Entry(entry);
        if ((flow->Shape & TrackedFlow.Compact) != 0) CompactKey.Expand(flow->Head, ref key);
        else FlowKey.Section(ref key, 0) = flow->Head;
        key.Sections = (FlowSections)(flow->Shape & TrackedFlow.SectionBits);
        var rest = TrackedFlow.Rest(flow->Shape);
        if (rest == 0) return;
        var stored = _blocks.Pointer(_side[entry].Block);
        for (; rest != 0; rest &= rest - 1, stored += FlowKey.SectionSize)
            FlowKey.Section(ref key, BitOperations.TrailingZeroCount(rest)) = Vector256.Load(stored);
    }

    /// <summary>
    /// Writes an entry into its home bucket or another of the group, evicting from the home when all are full; false when refused.
    /// </summary>
    private bool TryPlace(int entry, uint hash)
    {
        if (TryPlaceInFreeLane(entry, hash)) return true;
        var line = Bucket(HomeBucket(hash));
        Span<int> candidates = stackalloc int[LaneCount];
        for (var lane = 0; lane < LaneCount; lane++) candidates[lane] = (int)(line[lane] & _indexMask);
        var victim = EndedAmong(candidates);
        var cause = EvictionCause.Ended;
        if (victim < 0) (victim, cause) = (_eviction.ChooseAmong(candidates, this), EvictionCause.BucketFull);
        if (victim < 0) return false;
        Remove(victim, cause);
        return TryPlaceInFreeLane(entry, hash);
    }

    private bool TryPlaceInFreeLane(int entry, uint hash)
    {
        var home = HomeBucket(hash);
        for (uint step = 0; step < GroupSize; step++)
        {
            var line = Bucket(home ^ step);
            var free = FreeLanes(line);
            if (free == 0) continue;
            var lane = BitOperations.TrailingZeroCount(free);
            line[lane] = SignatureOf(hash, ~_indexMask) | (uint)entry;
            if (step > 0) _spilled[home]++;
            return true;
        }

        return false;
    }

    private void TakeOutOfBucket(int entry)
    {
        var hash = _side[entry].Hash;
        var home = HomeBucket(hash);
        for (uint step = 0; step < GroupSize; step++)
        {
            var line = Bucket(home ^ step);
            for (var lanes = MatchingLanes(line, hash); lanes != 0; lanes &= lanes - 1)
            {
                var lane = BitOperations.TrailingZeroCount(lanes);
                if ((line[lane] & _indexMask) != (uint)entry) continue;
                line[lane] = 0;
                if (step > 0) _spilled[home]--;
                return;
            }
        }

        Invariant.Check(false, "a live entry lies in a bucket");
    }

    /// <summary>
    /// Where keys are at home, for <paramref name="bucketCount"/> buckets before the doubling that is under way, of which those below
    /// <paramref name="split"/> have been split.
    /// </summary>
    private readonly struct Homes(uint bucketCount, uint split)
    {
        private readonly uint _bits = bucketCount * 2 - 1;
        private readonly uint _last = bucketCount + split - 1;

        /// <summary>
        /// Without a branch, which nothing could predict while a doubling is under way: as if all were split, or the half of that.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public uint Of(uint hash)
        {
            var home = hash & _bits;
            return home - (bucketCount & (uint)((int)(_last - home) >> 31));
        }
    }
}
