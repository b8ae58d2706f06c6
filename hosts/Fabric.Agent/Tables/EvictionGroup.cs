namespace Fabric.Agent;

/// <summary>Rules that share the values of a table's eviction fields, as a heap: the first is the next to go.</summary>
internal sealed class EvictionGroup(ulong id)
{
    private readonly List<(OpenFlowRule Rule, ulong Rank)> _heap = [];

    public ulong Id { get; } = id;

    public int Count => _heap.Count;

    public OpenFlowRule First => _heap[0].Rule;

    /// <summary>What it stands for in the order of groups; entries with another are out of date.</summary>
    public uint Size { get; set; }

    public IEnumerable<OpenFlowRule> Rules => _heap.Select(e => e.Rule);

    public void Add(OpenFlowRule rule)
    {
        rule.EvictionGroup = this;
        _heap.Add((rule, RankOf(rule)));
        rule.EvictionIndex = _heap.Count - 1;
        Rise(_heap.Count - 1);
    }

    public void Remove(OpenFlowRule rule)
    {
        var at = rule.EvictionIndex;
        rule.EvictionGroup = null;
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (at == _heap.Count) return;
        Place(at, last);
        Rise(at);
        Sink(at);
    }

    /// <summary>Rules were used since; their time of expiry has moved.</summary>
    public void Refresh()
    {
        for (var i = 0; i < _heap.Count; i++) _heap[i] = (_heap[i].Rule, RankOf(_heap[i].Rule));
        for (var i = _heap.Count / 2 - 1; i >= 0; i--) Sink(i);
    }

    /// <summary>Small goes first: by importance, then by when it expires anyway.</summary>
    private static ulong RankOf(OpenFlowRule rule)
    {
        var hard = rule.HardTimeoutSeconds == 0 ? long.MaxValue : rule.ModifiedMs + rule.HardTimeoutSeconds * 1000L;
        var idle = rule.IdleTimeoutSeconds == 0 ? long.MaxValue : rule.UsedMs + rule.IdleTimeoutSeconds * 1000L;
        return ((ulong)rule.Importance << 32) + (uint)(Math.Min(hard, idle) >> 10);
    }

    private void Rise(int at)
    {
        while (at > 0 && _heap[at].Rank < _heap[(at - 1) / 2].Rank)
        {
            Swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void Sink(int at)
    {
        while (true)
        {
            var least = at;
            for (var child = at * 2 + 1; child <= at * 2 + 2 && child < _heap.Count; child++)
                if (_heap[child].Rank < _heap[least].Rank) least = child;
            if (least == at) return;
            Swap(at, least);
            at = least;
        }
    }

    private void Swap(int a, int b)
    {
        var moved = _heap[a];
        Place(a, _heap[b]);
        Place(b, moved);
    }

    private void Place(int at, (OpenFlowRule Rule, ulong Rank) entry)
    {
        _heap[at] = entry;
        entry.Rule.EvictionIndex = at;
    }
}
