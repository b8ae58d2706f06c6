namespace Fabric.Ovsdb;

/// <summary>
/// What has to hold when a transaction commits, in ovsdb-server's order (ovsdb/transaction.c, ovsdb_txn_precommit): strong references lead
/// to rows, unreferenced rows go, tables keep to their size, weak references to missing rows go, indexes are unique, versions move on.
/// Costs what the transaction changed, not what the database holds.
/// </summary>
internal sealed class CommitChecks(Database database, Transaction transaction)
{
    public OvsdbError? Run()
    {
        bool isChanged = false;
        foreach (SlotChange change in transaction.Changes) isChanged |= DropIfUnchanged(change);
        if (!isChanged) return null;

        var strong = new StrongReferences(transaction);
        OvsdbError? error = strong.Count();
        if (error is not null) return error;
        strong.CollectGarbage();
        error = CheckSizes() ?? WeakReferences.Prune(transaction) ?? CheckIndexes();
        if (error is not null) return error;

        foreach (SlotChange change in transaction.Changes)
        {
            if (change.IsModified) change.Slot.Row!.Version = database.NewUuid();
        }

        return null;
    }

    /// <returns>Whether anything is left of the change.</returns>
    private static bool DropIfUnchanged(SlotChange change)
    {
        RowSlot slot = change.Slot;
        if (change.Old is not null && change.IsDraft && slot.Row is not null && slot.Row.ShareUnchanged(change.Old))
        {
            slot.Row = change.Old;
            change.IsDraft = false;
        }

        return !ReferenceEquals(change.Old, slot.Row);
    }

    private OvsdbError? CheckSizes()
    {
        foreach (Table table in transaction.Tables)
        {
            if ((uint)table.Count > table.Schema.MaxRows)
            {
                return OvsdbError.ConstraintViolation(
                    $"transaction causes \"{table.Schema.Name}\" table to contain {table.Count} rows, "
                    + $"greater than the schema-defined limit of {table.Schema.MaxRows} row(s)");
            }
        }

        return null;
    }

    private OvsdbError? CheckIndexes()
    {
        var undo = new List<(TableIndex Index, Row Row, RowSlot? PutBack)>();
        foreach (SlotChange change in transaction.Changes)
        {
            if (change.Old is null) continue;
            foreach (TableIndex index in change.Slot.Table.Indexes)
            {
                if (change.Slot.Row is { } row && (ReferenceEquals(row, change.Old) || index.IsSameKey(row, change.Old))) continue;
                index.Remove(change.Old);
                undo.Add((index, change.Old, change.Slot));
            }
        }

        foreach (SlotChange change in transaction.Changes)
        {
            if (change.Slot.Row is not { } row) continue;
            foreach (TableIndex index in change.Slot.Table.Indexes)
            {
                if (change.Old is not null && (ReferenceEquals(row, change.Old) || index.IsSameKey(row, change.Old))) continue;
                if (index.Add(row, change.Slot) is { } other)
                {
                    Undo(undo);
                    return DuplicateRows.Describe(index, other, change.Slot);
                }

                undo.Add((index, row, null));
            }
        }

        return null;
    }

    private static void Undo(List<(TableIndex Index, Row Row, RowSlot? PutBack)> undo)
    {
        for (int i = undo.Count - 1; i >= 0; i--)
        {
            (TableIndex index, Row row, RowSlot? putBack) = undo[i];
            if (putBack is null) index.Remove(row);
            else index.Add(row, putBack);
        }
    }
}
