using System.Text;

namespace Fabric.Ovsdb;

/// <summary>
/// Work in progress on a database: changes are made in place, so that later operations see them, and undone if the transaction fails.
/// What has to hold when it commits is <see cref="CommitChecks"/>' business.
/// </summary>
internal sealed class Transaction(Database database)
{
    private StringBuilder? _comment;

    /// <summary>In the order in which rows were first touched. May grow while it is walked.</summary>
    public List<SlotChange> Changes { get; } = [];

    public List<Table> Tables { get; } = [];

    public bool IsDurable { get; set; }

    public void AddComment(string text)
    {
        if (_comment is null) _comment = new StringBuilder();
        else if (_comment.Length > 0) _comment.Append('\n');
        _comment.Append(text);
    }

    public void Insert(Table table, Guid id, Datum[] values)
    {
        RowSlot slot = table.AddSlot(id);
        Touch(slot).IsDraft = true;
        table.SetRow(slot, new Row(table.Schema, id, database.NewUuid(), values));
    }

    /// <summary>The row as an object that may be written to.</summary>
    public Row Draft(RowSlot slot)
    {
        SlotChange change = Touch(slot);
        Row row = slot.Row!;
        if (change.IsDraft) return row;
        change.IsDraft = true;
        return slot.Row = row.Clone();
    }

    /// <summary>Writes a column, unless that changes nothing.</summary>
    public void Set(RowSlot slot, ColumnSchema column, Datum value)
    {
        if (!slot.Row![column].Equals(value)) Draft(slot).Set(column, value);
    }

    public void Delete(RowSlot slot)
    {
        SlotChange change = Touch(slot);
        slot.Table.SetRow(slot, null);

        // A row that comes and goes within a transaction leaves nothing behind, not even its UUID.
        if (change.Old is null) slot.Table.RemoveSlot(slot);
    }

    public SlotChange Touch(RowSlot slot)
    {
        if (slot.Change is { } present) return present;
        var change = new SlotChange(slot);
        slot.Change = change;
        Changes.Add(change);
        if (!slot.Table.IsTouched)
        {
            slot.Table.IsTouched = true;
            Tables.Add(slot.Table);
        }

        return change;
    }

    /// <summary>Puts everything back.</summary>
    public void Abort()
    {
        foreach (SlotChange change in Changes)
        {
            RowSlot slot = change.Slot;
            slot.Table.SetRow(slot, change.Old);
            slot.ReferenceCount = change.OldReferenceCount;
            if (change.Old is null) slot.Table.RemoveSlot(slot);
        }

        Forget();
    }

    /// <summary>Checks and completes the transaction, or undoes it.</summary>
    /// <param name="commit">Null if there was an error, or nothing to do.</param>
    public OvsdbError? TryCommit(out Commit? commit)
    {
        commit = null;
        var checks = new CommitChecks(database, this);
        if (checks.Run() is { } error)
        {
            Abort();
            return error;
        }

        var changes = new List<RowChange>(Changes.Count);
        foreach (SlotChange change in Changes) Complete(change, changes);
        Forget();
        if (changes.Count > 0) commit = database.NewCommit(changes, _comment?.ToString(), IsDurable);
        return null;
    }

    private static void Complete(SlotChange change, List<RowChange> changes)
    {
        RowSlot slot = change.Slot;
        if (ReferenceEquals(change.Old, slot.Row)) return;
        WeakReferences.Complete(change);
        if (slot.Row is null) slot.Table.RemoveSlot(slot);
        changes.Add(new RowChange(slot.Table.Schema, slot.Id, change.Old, slot.Row));
    }

    private void Forget()
    {
        foreach (SlotChange change in Changes) change.Slot.Change = null;
        foreach (Table table in Tables) table.IsTouched = false;
        Changes.Clear();
        Tables.Clear();
    }
}
