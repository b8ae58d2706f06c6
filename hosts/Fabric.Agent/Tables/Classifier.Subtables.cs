using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>The list of subtables and its order.</summary>
public sealed partial class Classifier
{
    /// <summary>
    /// Room for the words of a mask and of a value, kept because clearing it for each call would cost more than the rest.
    /// </summary>
    private readonly ushort[] _indexes = new ushort[MaskShape.WordCount];
    private readonly ulong[] _bits = new ulong[MaskShape.WordCount];
    private readonly ulong[] _value = new ulong[MaskShape.WordCount];

    private Subtable? Find(ref OpenFlowKey mask)
    {
        var count = MaskShape.Scan(ref mask, _indexes, _bits, out var hash);
        return Find(_indexes.AsSpan(0, count), _bits.AsSpan(0, count), hash);
    }

    private Subtable? Find(ReadOnlySpan<ushort> indexes, ReadOnlySpan<ulong> bits, ulong hash)
    {
        var found = _byMask.GetValueOrDefault(hash);
        while (found is not null && !found.Shape.Is(indexes, bits)) found = found.NextOfHash;
        return found;
    }

    private Subtable FindOrAdd(ref OpenFlowKey mask)
    {
        var count = MaskShape.Scan(ref mask, _indexes, _bits, out var hash);
        var indexes = _indexes.AsSpan(0, count);
        var bits = _bits.AsSpan(0, count);
        if (Find(indexes, bits, hash) is { } found) return found;
        var added = new Subtable(MaskShape.Make(indexes, bits, hash), ClassifierTries.MaxCount)
        {
            NextOfHash = _byMask.GetValueOrDefault(hash),
        };
        _tries.Measure(added.Shape, added.TrieLengths);
        _byMask[hash] = added;
        added.ListedPriority = -1;
        _ordered.Add(added);
        _isUnsorted = true;
        return added;
    }

    private static bool IsIn(Subtable chain, Subtable wanted)
    {
        for (var at = chain; at is not null; at = at.NextOfHash!)
            if (at == wanted) return true;
        return false;
    }

    private void Drop(Subtable subtable)
    {
        var hash = subtable.Shape.Hash;
        var head = _byMask[hash];
        if (head == subtable)
        {
            if (subtable.NextOfHash is { } next) _byMask[hash] = next;
            else _byMask.Remove(hash);
        }
        else
        {
            while (head.NextOfHash != subtable) head = head.NextOfHash!;
            head.NextOfHash = subtable.NextOfHash;
        }

        // As OVS does (pvector_remove): the last takes its place, and sorting, which is stable, comes after.
        var at = _ordered.IndexOf(subtable);
        _ordered[at] = _ordered[^1];
        _ordered.RemoveAt(_ordered.Count - 1);
        _isUnsorted |= at < _ordered.Count;
    }

    /// <summary>Its highest priority may have changed.</summary>
    private void Relist(Subtable subtable)
    {
        if (subtable.ListedPriority == subtable.MaxPriority) return;
        subtable.ListedPriority = subtable.MaxPriority;
        _isUnsorted = true;
    }

    /// <summary>Stable, and quick on what is nearly sorted. While changes are held the order waits, as OVS lets it.</summary>
    private void Sort()
    {
        if (!_isUnsorted || _held is not null) return;
        _isUnsorted = false;
        for (var i = 1; i < _ordered.Count; i++)
        {
            var moved = _ordered[i];
            var at = i;
            for (; at > 0 && _ordered[at - 1].ListedPriority < moved.ListedPriority; at--) _ordered[at] = _ordered[at - 1];
            _ordered[at] = moved;
        }
    }
}
