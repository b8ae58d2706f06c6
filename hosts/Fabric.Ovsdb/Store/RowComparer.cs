namespace Fabric.Ovsdb;

/// <summary>Rows by some of their columns.</summary>
internal sealed class RowComparer(IReadOnlyList<ColumnSchema> columns) : IComparer<Row>, IEqualityComparer<Row>
{
    public int Compare(Row? a, Row? b)
    {
        foreach (ColumnSchema column in columns)
        {
            int order = Compare(a![column], b![column]);
            if (order != 0) return order;
        }

        return 0;
    }

    public bool Equals(Row? a, Row? b)
    {
        foreach (ColumnSchema column in columns)
        {
            if (!a![column].Equals(b![column])) return false;
        }

        return true;
    }

    public int GetHashCode(Row row)
    {
        var hash = new HashCode();
        foreach (ColumnSchema column in columns) hash.Add(row[column]);
        return hash.ToHashCode();
    }

    /// <summary>ovsdb-server's order of datums: by the number of elements, then by keys, then by values.</summary>
    private static int Compare(Datum a, Datum b)
    {
        if (a.Count != b.Count) return a.Count.CompareTo(b.Count);
        int order = a.Keys.SequenceCompareTo(b.Keys);
        return order != 0 ? order : a.Values.SequenceCompareTo(b.Values);
    }
}
