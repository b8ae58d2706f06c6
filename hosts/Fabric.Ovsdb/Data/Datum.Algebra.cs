namespace Fabric.Ovsdb;

/// <summary>Unions, differences and patches of datums, each one walk over sorted keys; an unchanged result is the same object.</summary>
public sealed partial class Datum
{
    /// <summary>This datum and those keys (pairs) of the other whose keys it lacks.</summary>
    public Datum Union(Datum other)
    {
        if (other.IsEmpty) return this;
        if (IsEmpty) return other;
        DatumBuilder? result = null;
        int copied = 0;
        for (int j = 0; j < other.Count; j++)
        {
            int index = IndexOf(other.Keys[j]);
            if (index >= 0) continue;
            result ??= new DatumBuilder(Count + other.Count - j, _values is not null);
            result.AddRange(this, copied, ~index - copied).Add(other, j);
            copied = ~index;
        }

        return result?.AddRange(this, copied, Count - copied).Build() ?? this;
    }

    /// <summary>This datum without the other's keys. Where the other is a map, a pair goes only if its value is the same as well.</summary>
    public Datum Subtract(Datum other)
    {
        DatumBuilder? result = null;
        int copied = 0;
        for (int j = 0; j < other.Count; j++)
        {
            if (!Has(other, j)) continue;
            int index = IndexOf(other.Keys[j]);
            result ??= new DatumBuilder(Count - 1, _values is not null);
            result.AddRange(this, copied, index - copied);
            copied = index + 1;
        }

        return result?.AddRange(this, copied, Count - copied).Build() ?? this;
    }

    public bool IncludesAll(Datum other)
    {
        if (other.Count > Count) return false;
        for (int i = 0; i < other.Count; i++)
        {
            if (!Has(other, i)) return false;
        }

        return true;
    }

    public bool ExcludesAll(Datum other)
    {
        for (int i = 0; i < other.Count; i++)
        {
            if (Has(other, i)) return false;
        }

        return true;
    }

    /// <summary>
    /// What turns <paramref name="old"/> into <paramref name="current"/> (and back, for a set): keys in only one of them, and the new value
    /// where both have the key. A column of at most one element has no difference but its new value.
    /// </summary>
    public static Datum Difference(Datum old, Datum current, ColumnType type)
    {
        if (!type.IsComposite) return current;
        var result = new DatumBuilder(4, type.IsMap);
        Walk(old, current, (datum, index, _) => result.Add(datum, index));
        return result.Build();
    }

    /// <summary>This datum changed by a <see cref="Difference"/>.</summary>
    public Datum Patch(Datum difference, ColumnType type)
    {
        if (!type.IsComposite) return difference;
        var result = new DatumBuilder(Count + difference.Count, type.IsMap);
        int i = 0, j = 0;
        while (i < Count || j < difference.Count)
        {
            int order = i == Count ? 1 : j == difference.Count ? -1 : Keys[i].CompareTo(difference.Keys[j]);
            if (order < 0) result.Add(this, i);
            else if (order > 0 || (type.IsMap && Values[i] != difference.Values[j])) result.Add(difference, j);
            if (order >= 0) j++;
            if (order <= 0) i++;
        }

        return result.Build();
    }

    /// <summary>
    /// Calls back for every key (pair) that only one of two datums has, in order; for a key with two values, once with the old and then
    /// once with the new pair unless <paramref name="withReplaced"/> is false.
    /// </summary>
    internal static void Walk(Datum old, Datum current, Action<Datum, int, bool> visit, bool withReplaced = false)
    {
        if (ReferenceEquals(old, current)) return;

        // Large sets mostly change in one place.
        int i = old.CommonPrefix(current), j = i;
        int oldEnd = old.Count, end = current.Count;
        for (; oldEnd > i && end > j && old.IsSame(oldEnd - 1, current, end - 1); oldEnd--, end--)
        {
        }

        while (i < oldEnd || j < end)
        {
            int order = i == oldEnd ? 1 : j == end ? -1 : old.Keys[i].CompareTo(current.Keys[j]);
            if (order < 0) visit(old, i, false);
            else if (order > 0) visit(current, j, true);
            else if (!old.IsSame(i, current, j))
            {
                if (withReplaced) visit(old, i, false);
                visit(current, j, true);
            }

            if (order >= 0) j++;
            if (order <= 0) i++;
        }
    }

    private int CommonPrefix(Datum other)
    {
        int count = Keys.CommonPrefixLength(other.Keys);
        return _values is null || other._values is null ? count : Math.Min(count, Values.CommonPrefixLength(other.Values));
    }

    private bool IsSame(int index, Datum other, int otherIndex) => Keys[index] == other.Keys[otherIndex]
        && (_values is null || other._values is null || _values[index] == other._values[otherIndex]);

    /// <summary>
    /// Whether this datum has key (and value, if this and the other are maps) number <paramref name="index"/> of the other.
    /// </summary>
    private bool Has(Datum other, int index)
    {
        int found = IndexOf(other.Keys[index]);
        return found >= 0 && (_values is null || other._values is null || _values[found] == other._values[index]);
    }
}
