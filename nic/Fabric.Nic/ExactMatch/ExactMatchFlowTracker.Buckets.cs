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
    /// <summary>Eight signatures, then eight entry indexes. Signature 0 marks a free lane.</summary>
    private const int BucketSize = 64;
    private const int LaneCount = 8;

    /// <summary>Buckets that a key may lie in: its home and those after it.</summary>
    private const int ProbeLimit = 8;

    private const int OverflowBlockSize = (FlowKey.SectionCount - TrackedFlow.InlineSectionCount) * FlowKey.SectionSize;

    private readonly NativeSlab _bucketSlab;
    private readonly NativeSlab _entrySlab;
    private readonly NativeSlab _overflowSlab;
    private readonly Stack<int> _freeOverflow = new();
    private int _overflowHigh;
    private int _bucketCount;
    private int _entryCount;

    /// <summary>Per bucket: live entries whose home it is and that lie in a later one.</summary>
    private ushort[] _spilled;

    /// <summary>Half full at most (4 of 8 lanes), so that about one bucket in fifty spills.</summary>
    private static int BucketCountFor(int entryCount) => Math.Max(4, (int)BitOperations.RoundUpToPowerOf2((uint)entryCount) / 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* line)
    {
        if (Sse.IsSupported) Sse.Prefetch0(line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int HomeBucket(uint hash) => (int)(hash & (uint)(_bucketCount - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint* Bucket(int bucket) => (uint*)(_bucketSlab.Pointer + (long)bucket * BucketSize);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TrackedFlow* Entry(int entry) => (TrackedFlow*)_entrySlab.Pointer + entry;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint MatchingLanes(uint* bucket, uint signature) =>
        Vector256.Equals(Vector256.Load(bucket), Vector256.Create(signature)).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FirstCandidate(int bucket, uint hash)
    {
        var line = Bucket(bucket);
        var lanes = MatchingLanes(line, hash);
        return lanes == 0 ? -1 : (int)line[LaneCount + BitOperations.TrailingZeroCount(lanes)];
    }

    private int FindInBucket(int bucket, uint hash, ref FlowKey key)
    {
        var line = Bucket(bucket);
        for (var lanes = MatchingLanes(line, hash); lanes != 0; lanes &= lanes - 1)
        {
            var entry = (int)line[LaneCount + BitOperations.TrailingZeroCount(lanes)];
            if (HasKey(entry, ref key)) return entry;
        }

        return -1;
    }

    /// <summary>Property L1.2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasKey(int entry, ref FlowKey key)
    {
        var flow = Entry(entry);
        var sections = (uint)key.Sections;
        if ((flow->Shape & TrackedFlow.SectionBits) != sections) return false;
        var stored = (byte*)flow + TrackedFlow.KeyOffset;
        var difference = (Vector256.Load(stored) ^ FlowKey.Section(ref key, 0))
            | (Vector256.Load(stored + FlowKey.SectionSize) ^ FlowKey.Section(ref key, 1));
        if (difference != Vector256<byte>.Zero) return false;
        sections &= ~(uint)FlowSections.Base;
        return sections == 0 || HasFurtherSections(entry, ref key, sections);
    }

    private bool HasFurtherSections(int entry, ref FlowKey key, uint sections)
    {
        for (var position = 2; sections != 0; sections &= sections - 1, position++)
            if (Vector256.Load(StoredSection(entry, position)) != FlowKey.Section(ref key, BitOperations.TrailingZeroCount(sections)))
                return false;
        return true;
    }

    /// <summary>Where the <paramref name="position"/>-th used section of an entry's key lies.</summary>
    private byte* StoredSection(int entry, int position) => position < TrackedFlow.InlineSectionCount
        ? (byte*)Entry(entry) + TrackedFlow.KeyOffset + position * FlowKey.SectionSize
        : _overflowSlab.Pointer + (long)_side[entry].Overflow * OverflowBlockSize
            + (position - TrackedFlow.InlineSectionCount) * FlowKey.SectionSize;

    private void StoreKey(int entry, ref FlowKey key)
    {
        var sections = (uint)key.Sections;
        Invariant.Check((sections & (uint)FlowSections.Base) == (uint)FlowSections.Base, "every key has the base sections");
        _side[entry].Overflow = BitOperations.PopCount(sections) > TrackedFlow.InlineSectionCount ? TakeOverflowBlock() : -1;
        Entry(entry)->Shape = sections;
        for (var position = 0; sections != 0; sections &= sections - 1, position++)
            FlowKey.Section(ref key, BitOperations.TrailingZeroCount(sections)).Store(StoredSection(entry, position));
    }

    private void LoadKey(int entry, out FlowKey key)
    {
        key = default;
        var sections = Entry(entry)->Shape & TrackedFlow.SectionBits;
        key.Sections = (FlowSections)sections;
        for (var position = 0; sections != 0; sections &= sections - 1, position++)
            FlowKey.Section(ref key, BitOperations.TrailingZeroCount(sections)) = Vector256.Load(StoredSection(entry, position));
    }

    private int TakeOverflowBlock()
    {
        if (_freeOverflow.TryPop(out var block)) return block;
        if ((long)(_overflowHigh + 1) * OverflowBlockSize > _overflowSlab.Size) _overflowSlab.Grow(_overflowSlab.Size * 2);
        return _overflowHigh++;
    }

    /// <summary>
    /// Writes an entry into its home bucket or one after it, evicting from the home when all are full; false when refused.
    /// </summary>
    private bool TryPlace(int entry, uint hash)
    {
        if (TryPlaceInFreeLane(entry, hash)) return true;
        var line = Bucket(HomeBucket(hash));
        Span<int> candidates = stackalloc int[LaneCount];
        for (var lane = 0; lane < LaneCount; lane++) candidates[lane] = (int)line[LaneCount + lane];
        var victim = _eviction.ChooseAmong(candidates, this);
        if (victim < 0) return false;
        Remove(victim, EvictionCause.BucketFull);
        return TryPlaceInFreeLane(entry, hash);
    }

    private bool TryPlaceInFreeLane(int entry, uint hash)
    {
        var home = HomeBucket(hash);
        for (var step = 0; step < ProbeLimit; step++)
        {
            var line = Bucket((home + step) & (_bucketCount - 1));
            var free = MatchingLanes(line, 0);
            if (free == 0) continue;
            var lane = BitOperations.TrailingZeroCount(free);
            line[lane] = hash;
            line[LaneCount + lane] = (uint)entry;
            if (step > 0) _spilled[home]++;
            return true;
        }

        return false;
    }

    private void TakeOutOfBucket(int entry)
    {
        var hash = _side[entry].Signature;
        var home = HomeBucket(hash);
        for (var step = 0; step < ProbeLimit; step++)
        {
            var line = Bucket((home + step) & (_bucketCount - 1));
            for (var lanes = MatchingLanes(line, hash); lanes != 0; lanes &= lanes - 1)
            {
                var lane = BitOperations.TrailingZeroCount(lanes);
                if (line[LaneCount + lane] != (uint)entry) continue;
                line[lane] = 0;
                if (step > 0) _spilled[home]--;
                return;
            }
        }

        Invariant.Check(false, "a live entry lies in a bucket");
    }
}
