namespace Fabric.Ovsdb;

/// <summary>
/// The last commits of a database, so that a client that was away for a moment gets the difference instead of everything. Bounded by
/// commits and by rows; rows are shared with the database, so what is unchanged since costs nothing.
/// </summary>
internal sealed class CommitHistory(int maxCommits, int maxRows)
{
    private readonly LinkedList<Commit> _commits = new();
    private int _rowCount;

    /// <summary>The newest commit's transaction; the zero UUID while there is none, or when nothing is kept.</summary>
    public Guid Last => _commits.Last?.Value.TransactionId ?? Guid.Empty;

    public void Add(Commit commit)
    {
        if (maxCommits == 0) return;
        _commits.AddLast(commit);
        _rowCount += commit.Changes.Count;
        while (_commits.Count > 1 && (_commits.Count > maxCommits || _rowCount > maxRows))
        {
            _rowCount -= _commits.First!.Value.Changes.Count;
            _commits.RemoveFirst();
        }
    }

    public void Clear()
    {
        _commits.Clear();
        _rowCount = 0;
    }

    /// <summary>What changed after a transaction, each row once; null if it is not known (any more).</summary>
    public IReadOnlyList<RowChange>? Since(Guid transaction)
    {
        var known = _commits.Last;
        while (known is not null && known.Value.TransactionId != transaction) known = known.Previous;
        if (known is null || transaction == Guid.Empty) return null;

        var merged = new Dictionary<Guid, RowChange>();
        for (var next = known.Next; next is not null; next = next.Next)
        {
            foreach (var change in next.Value.Changes)
            {
                if (!merged.TryGetValue(change.Id, out var earlier)) merged[change.Id] = change;
                else if (earlier.Old is null && change.New is null) merged.Remove(change.Id);
                else merged[change.Id] = earlier with { New = change.New };
            }
        }
        return [.. merged.Values];
    }
}
