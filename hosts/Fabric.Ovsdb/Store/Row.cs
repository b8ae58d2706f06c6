namespace Fabric.Ovsdb;

/// <summary>
/// A row as it stood after some commit. Immutable once a transaction has committed it: safe to keep, to compare by reference and to hand to
/// other actors. A later commit makes another row object, which shares the datums that did not change.
/// </summary>
public sealed class Row
{
    // The table's own columns, by index less FirstOwnIndex.
    private readonly Datum[] _values;

    internal Row(TableSchema table, Guid id, Guid version, Datum[] values) => (Table, Id, Version, _values) = (table, id, version, values);

    public TableSchema Table { get; }

    public Guid Id { get; }

    /// <summary>Changes with every commit that changes the row.</summary>
    public Guid Version { get; internal set; }

    public Datum this[ColumnSchema column] => column.Index switch
    {
        TableSchema.UuidIndex => Datum.Of(Id),
        TableSchema.VersionIndex => Datum.Of(Version),
        int index => _values[index - TableSchema.FirstOwnIndex],
    };

    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public Datum this[string column] => this[Table.Column(column)];

    /// <summary>A copy that a transaction may write to until it commits.</summary>
    internal Row Clone() => new(Table, Id, Version, (Datum[])_values.Clone());

    internal void Set(ColumnSchema column, Datum value) => _values[column.Index - TableSchema.FirstOwnIndex] = value;

    /// <summary>
    /// Takes the other row's datum objects where they equal this row's own, so that unchanged columns are the same objects.
    /// </summary>
    /// <returns>True if nothing is different.</returns>
    internal bool ShareUnchanged(Row other)
    {
        bool isEqual = true;
        for (int i = 0; i < _values.Length; i++)
        {
            if (ReferenceEquals(_values[i], other._values[i])) continue;
            if (_values[i].Equals(other._values[i])) _values[i] = other._values[i];
            else isEqual = false;
        }

        return isEqual;
    }

    public override string ToString() => $"{Table.Name} {Id}";
}
