using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// The "repeated hash tables" of the white paper, and the kernel's flow table (Linux <c>net/openvswitch/flow_table.c</c>): one hash table
/// per
/// mask, tried in turn until one holds the packet's masked key. It serves the kernel datapath (L3) and, as a copy, the NIC (L2).
/// <para>Why one table per mask: a megaflow is exact under its mask, so each probe is one hash and one comparison; the cost of a lookup is
/// the number of masks before the right one. Therefore the masks are kept roughly in the order of recent use.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>M1: a lookup finds a flow exactly when some flow matches; when several match (agents never make such flows with different actions)
/// it is one of them.</item>
/// <item>M2: each live flow is found by its identifier and by its (masked key, mask), and by nothing once removed.</item>
/// <item>M3: a lookup tries each mask at most once and allocates nothing.</item>
/// <item>M4: a mask exists exactly while a flow uses it, and memory follows the flows, down as well as up.</item>
/// <item>M5: the table never exceeds its limits; what does not fit is refused with the reason and changes nothing.</item>
/// <item>M6: keys looked up together find what each would find alone.</item>
/// </list>
/// <para>Not modelled: the kernel's per-CPU mask cache, and RCU (an engine has one owner).</para>
/// </summary>
public sealed class MaskedFlowTable<T> where T : MaskedFlow
{
    /// <summary>Most keys looked up together.</summary>
    public const int MaxBatch = 64;

    /// <summary>Lookups between two reorderings of the masks.</summary>
    private const int ReorderInterval = 4096;

    private readonly uint _seed;
    private readonly UfidTable<T> _byUfid;
    private readonly FlowList<T> _flows = new();
    private MaskTable<T>[] _masks = [];
    private int _untilReorder = ReorderInterval;
    private readonly uint[] _hashes = new uint[MaxBatch];

    /// <param name="seed">Of the hash; differs per table so that collisions cannot be aimed.</param>
    public MaskedFlowTable(uint seed, int maxFlows = int.MaxValue, int maxMasks = int.MaxValue)
    {
        _seed = seed;
        _byUfid = new UfidTable<T>(seed);
        MaxFlows = maxFlows;
        MaxMasks = maxMasks;
    }

    public int MaxFlows { get; }

    public int MaxMasks { get; }

    public int Count => _flows.Count;

    public int MaskCount => _masks.Length;

    public long Lookups { get; private set; }

    public long Hits { get; private set; }

    /// <summary>Hash tables tried by all lookups together (OVS <c>dpctl/show</c>: <c>masks: hit</c>).</summary>
    public long MaskProbes { get; private set; }

    /// <summary>The flow that matches; null when none does.</summary>
    /// <param name="probes">Hash tables tried, at most <see cref="MaskCount"/>.</param>
    public T? Lookup(ref FlowKey key, out int probes)
    {
        Lookups++;
        if (--_untilReorder <= 0) Reorder();
        var masks = _masks;
        for (var i = 0; i < masks.Length; i++)
        {
            var mask = masks[i];
            var value = mask.Lookup(ref key);
            if (value is null) continue;
            mask.Hits++;
            mask.RecentHits++;
            Hits++;
            probes = i + 1;
            MaskProbes += i + 1;
            return value;
        }

        probes = masks.Length;
        MaskProbes += masks.Length;
        return null;
    }

    public T? Lookup(ref FlowKey key) => Lookup(ref key, out _);

    /// <summary>
    /// What each of up to <see cref="MaxBatch"/> keys would find alone, but one mask after the other for all that are left: a mask is read
    /// once for all of them, and what is computed for one key overlaps with the others' (property M6).
    /// </summary>
    /// <param name="found">As many as keys; null for those that nothing matches.</param>
    /// <param name="probes">Hash tables tried, of all keys together.</param>
    public void Lookup(Span<FlowKey> keys, Span<T?> found, out long probes)
    {
        Invariant.Check(keys.Length is > 0 and <= MaxBatch && found.Length == keys.Length, "a batch has a bit for each key");
        Lookups += keys.Length;
        if ((_untilReorder -= keys.Length) <= 0) Reorder();
        found.Clear();
        probes = 0;
        var left = ulong.MaxValue >> (MaxBatch - keys.Length);
        foreach (var mask in _masks)
        {
            probes += BitOperations.PopCount(left);
            var hits = mask.Lookup(keys, left, _hashes, found);
            left &= ~hits;
            var count = BitOperations.PopCount(hits);
            mask.Hits += count;
            mask.RecentHits += count;
            Hits += count;
            if (left == 0) break;
        }

        MaskProbes += probes;
    }

    public bool TryGet(Ufid ufid, [NotNullWhen(true)] out T? value)
    {
        value = _byUfid.Find(ufid);
        return value is not null;
    }

    /// <summary>The flow with exactly this match; <paramref name="key"/> need not be masked.</summary>
    public bool TryGet(ref FlowKey key, ref FlowMask mask, [NotNullWhen(true)] out T? value)
    {
        value = FindMask(ref mask)?.Lookup(ref key);
        return value is not null;
    }

    /// <summary>Does a flow use exactly this mask?</summary>
    public bool HasMask(ref FlowMask mask) => FindMask(ref mask) is not null;

    /// <param name="key">Need not be masked.</param>
    public FlowTableRefusal TryInsert(ref FlowKey key, ref FlowMask mask, T value)
    {
        Invariant.Check(value.Home is null, "a flow is in one table");
        if (_byUfid.Find(value.Ufid) is not null) return FlowTableRefusal.SameUfid;
        var table = FindMask(ref mask);
        if (table?.Lookup(ref key) is not null) return FlowTableRefusal.SameMatch;
        if (Count >= MaxFlows) return FlowTableRefusal.FlowLimit;
        if (table is null)
        {
            if (_masks.Length >= MaxMasks) return FlowTableRefusal.MaskLimit;
            table = new MaskTable<T>(mask, _seed);
            _masks = [.. _masks, table];
        }

        table.Insert(ref key, value);
        _flows.Add(value);
        _byUfid.Add(value);
        return FlowTableRefusal.None;
    }

    public bool TryRemove(Ufid ufid, [NotNullWhen(true)] out T? value)
    {
        value = _byUfid.Find(ufid);
        if (value is null) return false;
        var table = TableOf(value);
        table.Remove(value);
        if (table.Count == 0) RemoveMask(table);
        _flows.Remove(value);
        _byUfid.Remove(value);
        return true;
    }

    public void Clear()
    {
        _masks = [];
        for (var i = 0; i < Count; i++) _flows[i].Home = null;
        _byUfid.Clear();
        _flows.Clear();
    }

    /// <summary>
    /// The flow at <paramref name="index"/> (0 to <see cref="Count"/> − 1) in no particular order. Removal moves the last flow into the
    /// gap, so a walk that removes goes from high to low.
    /// </summary>
    public T this[int index] => _flows[index];

    /// <summary>Masked key and mask of the flow at <paramref name="index"/>.</summary>
    public void GetMatch(int index, out FlowKey key, out FlowMask mask) => GetMatch(_flows[index], out key, out mask);

    public bool TryGetMatch(Ufid ufid, out FlowKey key, out FlowMask mask)
    {
        if (_byUfid.Find(ufid) is { } flow)
        {
            GetMatch(flow, out key, out mask);
            return true;
        }

        key = default;
        mask = default;
        return false;
    }

    /// <summary>The masks in the order in which they are tried.</summary>
    public IEnumerable<MaskStatistics> Masks
    {
        get
        {
            foreach (var table in _masks) yield return new MaskStatistics(table.Mask, table.Count, table.Hits);
        }
    }

    private static MaskTable<T> TableOf(T flow) => (MaskTable<T>)flow.Home!;

    private static void GetMatch(T flow, out FlowKey key, out FlowMask mask)
    {
        mask = TableOf(flow).Mask;
        flow.MatchKey.Expand(ref mask, out key);
    }

    private MaskTable<T>? FindMask(ref FlowMask mask)
    {
        foreach (var table in _masks)
            if (table.Mask.Bits.Sections == mask.Bits.Sections && table.Mask.Equals(in mask)) return table;
        return null;
    }

    private void RemoveMask(MaskTable<T> table) => _masks = Array.FindAll(_masks, other => !ReferenceEquals(other, table));

    /// <summary>Sorts by recent hits; insertion sort, because the order rarely changes. Halving lets yesterday's masks sink.</summary>
    private void Reorder()
    {
        _untilReorder = ReorderInterval;
        var masks = _masks;
        for (var i = 1; i < masks.Length; i++)
        {
            var mask = masks[i];
            var j = i;
            for (; j > 0 && masks[j - 1].RecentHits < mask.RecentHits; j--) masks[j] = masks[j - 1];
            masks[j] = mask;
        }

        foreach (var mask in masks) mask.RecentHits >>= 1;
    }
}
