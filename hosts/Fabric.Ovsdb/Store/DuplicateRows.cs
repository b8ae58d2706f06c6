namespace Fabric.Ovsdb;

/// <summary>The text for two rows with the same values in an index.</summary>
internal static class DuplicateRows
{
    public static OvsdbError Describe(TableIndex index, RowSlot a, RowSlot b)
    {
        // ovsdb-server names the larger row first.
        if (new RowComparer(a.Table.Schema.Columns).Compare(a.Row, b.Row) < 0) (a, b) = (b, a);
        return OvsdbError.ConstraintViolation(
            $"Transaction causes multiple rows in \"{a.Table.Schema.Name}\" table to have identical values ({Values(index, a.Row!)}) "
            + $"for index on {ColumnSets.English(index.Columns)}.  {Describe(index, a, "First")}  {Describe(index, b, "Second")}");
    }

    private static string Values(TableIndex index, Row row) =>
        EnglishList.Join(index.Columns.Select(c => AtomText.Format(row[c], c.Type.IsMap, c.Type.IsComposite)));

    private static string Describe(TableIndex index, RowSlot slot, string title)
    {
        string story;
        if (slot.Change is null || ReferenceEquals(slot.Change.Old, slot.Row))
            story = "existed in the database before this transaction and was not modified by the transaction.";
        else if (slot.Change.Old is not { } old)
            story = "was inserted by this transaction.";
        else if (index.IsSameKey(old, slot.Row!))
            story = "existed in the database before this transaction, "
                + "which modified some of the row's columns but not any columns in this index.";
        else
            story = $"had the following index values before the transaction: {Values(index, old)}.";
        return $"{title} row, with UUID {slot.Id}, {story}";
    }
}
