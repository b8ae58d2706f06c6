namespace Fabric.Ovsdb;

/// <summary>What one commit did to one row.</summary>
/// <param name="Old">Null if the row is new.</param>
/// <param name="New">Null if the row is gone. Columns that did not change hold the same datum objects as in <paramref name="Old"/>.</param>
public sealed record RowChange(TableSchema Table, Guid Id, Row? Old, Row? New)
{
    /// <summary>Whether the commit changed (or inserted, or deleted) this column.</summary>
    public bool IsChanged(ColumnSchema column)
    {
        if (Old is null || New is null) return true;
        return column.Index switch
        {
            TableSchema.UuidIndex => false,
            TableSchema.VersionIndex => Old.Version != New.Version,
            _ => !ReferenceEquals(Old[column], New[column]),
        };
    }
}
