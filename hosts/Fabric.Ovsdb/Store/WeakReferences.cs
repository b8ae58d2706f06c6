namespace Fabric.Ovsdb;

/// <summary>Keeps weak references to existing rows: removes those whose row is gone or never was, and remembers who names whom.</summary>
internal static class WeakReferences
{
    public static OvsdbError? Prune(Transaction transaction)
    {
        int count = transaction.Changes.Count;
        for (int i = 0; i < count; i++)
        {
            SlotChange change = transaction.Changes[i];
            if (!change.IsDeleted || change.Slot.WeakReferrers is not { } referrers) continue;
            foreach (RowSlot referrer in referrers.Keys)
            {
                if (referrer.Row is not null) transaction.Touch(referrer).MustPruneAll = true;
            }
        }

        foreach (SlotChange change in transaction.Changes)
        {
            if (change.Slot.Row is null) continue;
            foreach (ReferenceColumn reference in change.Slot.Table.WeakReferences)
            {
                if (Prune(transaction, change, reference) is { } error) return error;
            }
        }

        return null;
    }

    /// <summary>Tells the rows that a change names no longer, or names now.</summary>
    public static void Complete(SlotChange change)
    {
        RowSlot source = change.Slot;
        foreach (ReferenceColumn reference in source.Table.WeakReferences)
        {
            Datum old = change.Old?[reference.Column] ?? Datum.Empty;
            Datum current = source.Row?[reference.Column] ?? Datum.Empty;
            Datum.Walk(old, current, (datum, index, isAdded) =>
            {
                Tell(source, reference.KeyTarget, datum.Keys, index, isAdded);
                Tell(source, reference.ValueTarget, datum.Values, index, isAdded);
            }, withReplaced: true);
        }
    }

    private static void Tell(RowSlot source, Table? target, ReadOnlySpan<Atom> atoms, int index, bool isAdded)
    {
        if (target is null || !target.TryGetSlot(atoms[index].AsUuid, out RowSlot? slot) || ReferenceEquals(slot, source)) return;
        if (isAdded) slot.AddWeakReferrer(source);
        else slot.RemoveWeakReferrer(source);
    }

    private static OvsdbError? Prune(Transaction transaction, SlotChange change, ReferenceColumn reference)
    {
        RowSlot slot = change.Slot;
        ColumnSchema column = reference.Column;
        Datum datum = slot.Row![column];
        Datum? known = change.MustPruneAll ? null : change.Old?[column];
        if (ReferenceEquals(datum, known)) return null;

        DatumBuilder? kept = null;
        bool hasZero = false;
        for (int i = 0; i < datum.Count; i++)
        {
            bool isDangling = IsDangling(reference.KeyTarget, datum.Keys, i, ref hasZero)
                | IsDangling(reference.ValueTarget, datum.Values, i, ref hasZero);
            if (isDangling) kept ??= new DatumBuilder(datum.Count, column.Type.IsMap).AddRange(datum, 0, i);
            else kept?.Add(datum, i);
        }

        if (kept is null) return null;
        Datum rest = kept.Build();
        transaction.Draft(slot).Set(column, rest);
        return rest.Count >= column.Type.Min ? null : TooFew(change, column, datum.Count - rest.Count, hasZero);
    }

    private static bool IsDangling(Table? target, ReadOnlySpan<Atom> atoms, int index, ref bool hasZero)
    {
        if (target is null || target.TryGet(atoms[index].AsUuid, out _)) return false;
        hasZero |= atoms[index].AsUuid == Guid.Empty;
        return true;
    }

    private static OvsdbError TooFew(SlotChange change, ColumnSchema column, int count, bool hasZero)
    {
        string table = change.Slot.Table.Schema.Name;
        if (hasZero && change.Old is null)
        {
            // "volation" is ovsdb-server's spelling, and scripts compare texts.
            return OvsdbError.ConstraintViolation(
                $"Weak reference column \"{column.Name}\" in \"{table}\" row {change.Slot.Id} (inserted within this transaction) "
                + "contained all-zeros UUID (probably as the default value for this column) but deleting this value caused a "
                + "constraint volation because this column is not allowed to be empty.");
        }

        string inserted = change.Old is null ? "(inserted within this transaction) " : "";
        return OvsdbError.ConstraintViolation(
            $"Deletion of {count} weak reference(s) to deleted (or never-existing) rows from column \"{column.Name}\" in \"{table}\" "
            + $"row {change.Slot.Id} {inserted}caused this column to become empty, "
            + "but constraints on this column disallow an empty column.");
    }
}
