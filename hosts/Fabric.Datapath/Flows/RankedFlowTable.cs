using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Flows that overlap: of those that match a packet the one of the greatest rank answers. One hash table per mask, as in
/// <see cref="MaskedFlowTable{T}"/>, but tried in the order of the greatest rank in each, until no better one can follow.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>RK1: a lookup finds what comparing the packet with every flow would find.</item>
/// <item>RK2: each live flow is found by its identifier, and by nothing once removed.</item>
/// <item>RK3: a mask exists exactly while a flow uses it.</item>
/// </list>
/// <para>Not modelled: the numbers that hardware has for ranks.</para>
/// </summary>
public sealed class RankedFlowTable<T>(uint seed) where T : class
{
    private sealed class Entry
    {
        public required Ufid Ufid { get; init; }
        public required FlowRank Rank { get; init; }
        public required MaskedKey Key { get; init; }
        public required Level Level { get; init; }
        public required uint Hash { get; init; }
        public required T Value { get; init; }
        public int Index { get; set; }
    }

    private sealed class Level(FlowMask mask)
    {
        /// <summary>A field, so that it can be passed by reference.</summary>
        public FlowMask Mask = mask;

        public Dictionary<uint, List<Entry>> Buckets { get; } = [];

        public int Count { get; set; }

        /// <summary>No flow here is above it; it sinks only with the last one.</summary>
        public required FlowRank Top { get; set; }
    }

    private readonly Dictionary<Ufid, Entry> _byUfid = [];
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<FlowMask, Level> _byMask = [];
    private List<Level>? _sorted;

    public int Count => _entries.Count;

    public int MaskCount => _byMask.Count;

    public T this[int index] => _entries[index].Value;

    /// <param name="probes">Hash tables tried.</param>
    public T? Lookup(ref FlowKey key, out FlowRank? rank, out int probes)
    {
        probes = 0;
        Entry? best = null;
        foreach (var level in _sorted ??= [.. _byMask.Values.OrderByDescending(l => l.Top)])
        {
            if (best is not null && best.Rank >= level.Top) break;
            probes++;
            if (!level.Buckets.TryGetValue(FlowKey.HashMasked(ref key, ref level.Mask, seed), out var bucket)) continue;
            foreach (var entry in bucket)
                if ((best is null || entry.Rank > best.Rank) && entry.Key.Matches(ref key, ref level.Mask)) best = entry;
        }

        rank = best?.Rank;
        return best?.Value;
    }

    public bool TryGet(Ufid ufid, [NotNullWhen(true)] out T? value)
    {
        value = _byUfid.TryGetValue(ufid, out var entry) ? entry.Value : null;
        return value is not null;
    }

    public bool HasMask(ref FlowMask mask) => _byMask.ContainsKey(mask);

    public void GetMatch(int index, out FlowKey key, out FlowMask mask)
    {
        mask = _entries[index].Level.Mask;
        _entries[index].Key.Expand(ref mask, out key);
    }

    public FlowRank RankAt(int index) => _entries[index].Rank;

    /// <param name="key">Need not be masked.</param>
    public void Insert(Ufid ufid, FlowRank rank, ref FlowKey key, ref FlowMask mask, T value)
    {
        Invariant.Check(!_byUfid.ContainsKey(ufid), "a flow is put into a table once");
        if (!_byMask.TryGetValue(mask, out var level)) _byMask.Add(mask, level = new Level(mask) { Top = rank });
        if (rank > level.Top) level.Top = rank;
        _sorted = null;
        var hash = FlowKey.HashMasked(ref key, ref mask, seed);
        var entry = new Entry
        {
            Ufid = ufid, Rank = rank, Key = new MaskedKey(ref key, ref mask), Level = level, Hash = hash, Value = value,
            Index = _entries.Count,
        };
        if (!level.Buckets.TryGetValue(hash, out var bucket)) level.Buckets.Add(hash, bucket = []);
        bucket.Add(entry);
        level.Count++;
        _entries.Add(entry);
        _byUfid.Add(ufid, entry);
    }

    public bool TryRemove(Ufid ufid, [NotNullWhen(true)] out T? value)
    {
        value = null;
        if (!_byUfid.Remove(ufid, out var entry)) return false;
        value = entry.Value;
        var bucket = entry.Level.Buckets[entry.Hash];
        bucket.Remove(entry);
        if (bucket.Count == 0) entry.Level.Buckets.Remove(entry.Hash);
        if (--entry.Level.Count == 0)
        {
            _byMask.Remove(entry.Level.Mask);
            _sorted = null;
        }

        var last = _entries[^1];
        _entries[entry.Index] = last;
        last.Index = entry.Index;
        _entries.RemoveAt(_entries.Count - 1);
        return true;
    }

    public void Clear()
    {
        _byUfid.Clear();
        _entries.Clear();
        _byMask.Clear();
        _sorted = null;
    }

    public IEnumerable<MaskStatistics> Masks
    {
        get
        {
            foreach (var level in _byMask.Values) yield return new MaskStatistics(level.Mask, level.Count, 0);
        }
    }
}
