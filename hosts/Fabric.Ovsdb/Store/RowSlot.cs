namespace Fabric.Ovsdb;

/// <summary>
/// A row's place in its table, and what the database knows of it beside its content: how many strong references name it, and which rows
/// name it weakly. Outlives the row objects of successive commits.
/// </summary>
internal sealed class RowSlot(Table table, Guid id)
{
    public Table Table => table;

    public Guid Id => id;

    /// <summary>Null once the current transaction has deleted it.</summary>
    public Row? Row { get; set; }

    /// <summary>Strong references from other rows; those from the row itself do not count.</summary>
    public int ReferenceCount { get; set; }

    /// <summary>Rows whose weak references name this one, with how many times they do; null if there are none.</summary>
    public Dictionary<RowSlot, int>? WeakReferrers { get; private set; }

    /// <summary>What the current transaction has done here; null if it has not been here.</summary>
    public SlotChange? Change { get; set; }

    public void AddWeakReferrer(RowSlot source)
    {
        WeakReferrers ??= [];
        WeakReferrers[source] = WeakReferrers.GetValueOrDefault(source) + 1;
    }

    public void RemoveWeakReferrer(RowSlot source)
    {
        if (WeakReferrers is null || !WeakReferrers.TryGetValue(source, out int count)) return;
        if (count > 1) WeakReferrers[source] = count - 1;
        else WeakReferrers.Remove(source);
        if (WeakReferrers.Count == 0) WeakReferrers = null;
    }
}
