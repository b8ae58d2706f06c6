namespace Fabric.Ovsdb.Tests;

/// <summary>
/// What <see cref="Database"/> promises about references, garbage and indexes, done the slow way: a commit looks at every row of every
/// table. Rows are dictionaries of their columns.
/// </summary>
internal sealed class NaiveDatabase(DatabaseSchema schema)
{
    private Dictionary<Guid, NaiveRow> _rows = [];

    public IReadOnlyDictionary<Guid, NaiveRow> Rows => _rows;

    /// <summary>Applies changes, or returns what kind of error forbids them and changes nothing.</summary>
    public string? Commit(Action<Dictionary<Guid, NaiveRow>> change)
    {
        Dictionary<Guid, NaiveRow> old = _rows;
        _rows = old.ToDictionary(p => p.Key, p => new NaiveRow(p.Value.Table, new(p.Value.Values)));
        change(_rows);
        string? error = Settle();
        if (error is not null) _rows = old;
        return error;
    }

    private string? Settle()
    {
        foreach ((Guid id, NaiveRow row) in _rows)
        {
            if (Strong(id, row).Any(target => !IsThere(target))) return "referential integrity violation";
        }

        CollectGarbage();
        foreach (TableSchema table in schema.Tables)
        {
            if (_rows.Values.Count(r => r.Table == table) > table.MaxRows) return "constraint violation";
        }

        foreach (NaiveRow row in _rows.Values)
        {
            if (!PruneWeak(row)) return "constraint violation";
        }

        foreach (TableSchema table in schema.Tables)
        {
            foreach (var index in table.Indexes)
            {
                NaiveRow[] rows = [.. _rows.Values.Where(r => r.Table == table)];
                if (rows.Select(r => string.Join('|', index.Select(c => r.Values[c].ToString()))).Distinct().Count() < rows.Length)
                    return "constraint violation";
            }
        }

        return null;
    }

    /// <summary>Rows outside the root set that no other row names go, until there are no more. Cycles stay, as in ovsdb-server.</summary>
    private void CollectGarbage()
    {
        while (true)
        {
            HashSet<(string, Guid)> named = [.. _rows.SelectMany(p => Strong(p.Key, p.Value)).Select(t => (t.Table, t.Id))];
            int count = _rows.Count;
            _rows = _rows.Where(p => p.Value.Table.IsRoot || named.Contains((p.Value.Table.Name, p.Key))).ToDictionary();
            if (_rows.Count == count) return;
        }
    }

    private bool PruneWeak(NaiveRow row)
    {
        foreach (ColumnSchema column in row.Table.OwnColumns)
        {
            if (!column.Type.HasWeakReference) continue;
            Datum datum = row.Values[column];
            var kept = new List<KeyValuePair<Atom, Atom>>();
            for (int i = 0; i < datum.Count; i++)
            {
                bool isThere = IsThere(column.Type.Key, datum.Keys[i], ReferenceKind.Weak)
                    && (column.Type.Value is null || IsThere(column.Type.Value, datum.Values[i], ReferenceKind.Weak));
                if (isThere) kept.Add(new(datum.Keys[i], datum.Values.IsEmpty ? default : datum.Values[i]));
            }

            row.Values[column] = column.Type.IsMap ? Datum.OfMap(kept) : Datum.OfSet([.. kept.Select(p => p.Key)]);
            if (kept.Count < column.Type.Min) return false;
        }

        return true;
    }

    private bool IsThere(ElementType type, Atom atom, ReferenceKind kind) =>
        type.Reference != kind || IsThere((type.RefTable!, atom.AsUuid));

    private bool IsThere((string Table, Guid Id) target) =>
        _rows.TryGetValue(target.Id, out NaiveRow? row) && row.Table.Name == target.Table;

    private static IEnumerable<(string Table, Guid Id)> Strong(Guid id, NaiveRow row)
    {
        foreach ((ColumnSchema column, Datum datum) in row.Values)
        {
            if (column.Type.Key.IsStrongReference)
            {
                foreach (Atom atom in datum.Keys.ToArray().Where(a => a.AsUuid != id))
                    yield return (column.Type.Key.RefTable!, atom.AsUuid);
            }

            if (column.Type.Value is not { IsStrongReference: true } value) continue;
            foreach (Atom atom in datum.Values.ToArray().Where(a => a.AsUuid != id)) yield return (value.RefTable!, atom.AsUuid);
        }
    }
}
