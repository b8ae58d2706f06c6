using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// Which rule goes when a table is full (OVS: <c>choose_rule_to_evict</c>): out of the largest group, ties at random, the least important
/// one and of those the one that would expire first. Rules without a time-out never go.
/// </summary>
internal sealed class EvictionGroups(IReadOnlyList<FieldBits> fields, Random random)
{
    private readonly Dictionary<ulong, EvictionGroup> _byId = [];

    /// <summary>Largest first; holds entries that are out of date, and is made anew when they prevail.</summary>
    private readonly PriorityQueue<EvictionGroup, long> _bySize = new();

    public IReadOnlyList<FieldBits> Fields { get; } = fields;

    public OpenFlowRule? Choose()
    {
        while (_bySize.TryPeek(out var group, out var key))
        {
            if (-key == group.Size && group.Count > 0) return group.First;
            _bySize.Dequeue();
        }

        return null;
    }

    public void Add(OpenFlowRule rule)
    {
        if (!rule.HasTimeout) return;
        var id = IdOf(rule);
        if (!_byId.TryGetValue(id, out var group)) _byId.Add(id, group = new EvictionGroup(id));
        group.Add(rule);
        Resized(group);
    }

    public void Remove(OpenFlowRule rule)
    {
        if (rule.EvictionGroup is not { } group) return;
        group.Remove(rule);
        if (group.Count == 0) _byId.Remove(group.Id);
        Resized(group);
    }

    /// <summary>Meant once a second.</summary>
    public void Refresh()
    {
        foreach (var group in _byId.Values) group.Refresh();
    }

    public void Clear()
    {
        foreach (var rule in _byId.Values.SelectMany(g => g.Rules)) rule.EvictionGroup = null;
        _byId.Clear();
        _bySize.Clear();
    }

    private void Resized(EvictionGroup group)
    {
        group.Size = (uint)Math.Min(group.Count, ushort.MaxValue) << 16 | (uint)random.Next(1 << 16);
        if (group.Count > 0) _bySize.Enqueue(group, -(long)group.Size);
        if (_bySize.Count <= 64 + 4 * _byId.Count) return;
        _bySize.Clear();
        foreach (var each in _byId.Values) _bySize.Enqueue(each, -(long)each.Size);
    }

    private ulong IdOf(OpenFlowRule rule)
    {
        var id = 0UL;
        if (Fields.Count == 0) return id;
        var match = rule.Match;
        foreach (var field in Fields)
        {
            var value = MatchPrerequisites.AreMet(field.Field.Prerequisite, ref match.Value.Packet) ? field.Get(ref match.Value) : 0;
            id = MaskShape.Mix(MaskShape.Mix(id, (ulong)value), (ulong)(value >> 64));
        }

        return id;
    }
}
