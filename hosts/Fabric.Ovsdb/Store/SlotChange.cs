namespace Fabric.Ovsdb;

/// <summary>What a transaction has to know to commit or to undo its work on one row.</summary>
internal sealed class SlotChange(RowSlot slot)
{
    public RowSlot Slot => slot;

    /// <summary>The row before the transaction; null if the transaction inserted it.</summary>
    public Row? Old { get; } = slot.Row;

    public int OldReferenceCount { get; } = slot.ReferenceCount;

    /// <summary>The slot's row object was made by this transaction, which may write to it.</summary>
    public bool IsDraft { get; set; }

    /// <summary>A row that this one names weakly is being deleted: look at all its weak references.</summary>
    public bool MustPruneAll { get; set; }

    public bool IsModified => Old is not null && slot.Row is not null && !ReferenceEquals(Old, slot.Row);

    public bool IsInserted => Old is null && slot.Row is not null;

    public bool IsDeleted => Old is not null && slot.Row is null;
}
