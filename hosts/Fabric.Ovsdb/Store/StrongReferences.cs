namespace Fabric.Ovsdb;

/// <summary>Counts strong references as a transaction changes them, and deletes the rows that nothing names any more.</summary>
internal sealed class StrongReferences(Transaction transaction)
{
    public OvsdbError? Count()
    {
        // Rows that are touched only because their count changes come at the end; they have no changes of their own.
        int count = transaction.Changes.Count;
        for (int i = 0; i < count; i++)
        {
            SlotChange change = transaction.Changes[i];
            if (ReferenceEquals(change.Old, change.Slot.Row)) continue;
            foreach (ReferenceColumn reference in change.Slot.Table.StrongReferences)
            {
                if (Count(change, reference) is { } error) return error;
            }
        }

        foreach (SlotChange change in transaction.Changes)
        {
            if (change.IsDeleted && change.Slot.ReferenceCount > 0)
            {
                return OvsdbError.ReferentialIntegrity(
                    $"cannot delete {change.Slot.Table.Schema.Name} row {change.Slot.Id} "
                    + $"because of {change.Slot.ReferenceCount} remaining reference(s)");
            }
        }

        return null;
    }

    public void CollectGarbage()
    {
        var pending = new Stack<RowSlot>();
        for (int i = 0; i < transaction.Changes.Count; i++)
        {
            pending.Push(transaction.Changes[i].Slot);
            while (pending.TryPop(out RowSlot? slot))
            {
                if (slot.Row is { } row && slot.ReferenceCount == 0 && !slot.Table.Schema.IsRoot) Collect(slot, row, pending);
            }
        }
    }

    private OvsdbError? Count(SlotChange change, ReferenceColumn reference)
    {
        RowSlot slot = change.Slot;
        Datum old = change.Old?[reference.Column] ?? Datum.Empty;
        Datum current = slot.Row?[reference.Column] ?? Datum.Empty;
        if (ReferenceEquals(old, current)) return null;

        OvsdbError? error = null;
        Datum.Walk(old, current, (datum, index, isAdded) =>
        {
            error ??= Count(slot, reference, reference.KeyTarget, datum.Keys[index], isAdded);
            if (reference.ValueTarget is not null) error ??= Count(slot, reference, reference.ValueTarget, datum.Values[index], isAdded);
        }, withReplaced: true);
        return error;
    }

    private OvsdbError? Count(RowSlot source, ReferenceColumn reference, Table? target, Atom atom, bool isAdded)
    {
        if (target is null || atom.AsUuid == source.Id) return null;
        if (target.TryGetSlot(atom.AsUuid, out RowSlot? slot))
        {
            transaction.Touch(slot);
            slot.ReferenceCount += isAdded ? 1 : -1;
            return null;
        }

        return OvsdbError.ReferentialIntegrity(
            $"Table {source.Table.Schema.Name} column {reference.Column.Name} row {source.Id} "
            + $"references nonexistent row {atom.AsUuid} in table {target.Schema.Name}.");
    }

    private void Collect(RowSlot slot, Row row, Stack<RowSlot> pending)
    {
        transaction.Delete(slot);
        foreach (ReferenceColumn reference in slot.Table.StrongReferences)
        {
            Datum datum = row[reference.Column];
            if (reference.KeyTarget is not null) Release(slot, reference.KeyTarget, datum.Keys, pending);
            if (reference.ValueTarget is not null) Release(slot, reference.ValueTarget, datum.Values, pending);
        }
    }

    private void Release(RowSlot source, Table target, ReadOnlySpan<Atom> atoms, Stack<RowSlot> pending)
    {
        foreach (Atom atom in atoms)
        {
            if (atom.AsUuid == source.Id || !target.TryGetSlot(atom.AsUuid, out RowSlot? slot)) continue;
            transaction.Touch(slot);
            slot.ReferenceCount--;
            pending.Push(slot);
        }
    }
}
