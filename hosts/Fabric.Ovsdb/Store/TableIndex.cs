using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Fabric.Ovsdb;

/// <summary>One of a table's uniqueness constraints: which slot has these values in these columns. Changed only by commits.</summary>
internal sealed class TableIndex(ImmutableArray<ColumnSchema> columns)
{
    private readonly Dictionary<IndexKey, RowSlot> _slots = [];

    public ImmutableArray<ColumnSchema> Columns => columns;

    public bool IsSameKey(Row a, Row b)
    {
        foreach (ColumnSchema column in columns)
        {
            if (!a[column].Equals(b[column])) return false;
        }

        return true;
    }

    /// <returns>The slot that has the key already, or null if it was free.</returns>
    public RowSlot? Add(Row row, RowSlot slot)
    {
        IndexKey key = KeyOf(row);
        if (_slots.TryGetValue(key, out RowSlot? other)) return other;
        _slots.Add(key, slot);
        return null;
    }

    public void Remove(Row row) => _slots.Remove(KeyOf(row));

    public bool TryFind(Row row, [NotNullWhen(true)] out RowSlot? slot) => _slots.TryGetValue(KeyOf(row), out slot);

    /// <summary>For an index of one column.</summary>
    public bool TryFind(Datum value, [NotNullWhen(true)] out RowSlot? slot) => _slots.TryGetValue(new IndexKey(value, []), out slot);

    private IndexKey KeyOf(Row row) => columns.Length == 1
        ? new IndexKey(row[columns[0]], [])
        : new IndexKey(row[columns[0]], [.. columns.Skip(1).Select(c => row[c])]);

    private readonly record struct IndexKey(Datum First, Datum[] Rest)
    {
        public bool Equals(IndexKey other) => First.Equals(other.First) && Rest.AsSpan().SequenceEqual(other.Rest);

        public override int GetHashCode()
        {
            int hash = First.GetHashCode();
            foreach (Datum datum in Rest) hash = HashCode.Combine(hash, datum.GetHashCode());
            return hash;
        }
    }
}
