using System.Diagnostics.CodeAnalysis;

namespace Fabric.Ovsdb;

/// <summary>The rows of one table.</summary>
public sealed class Table
{
    private readonly Dictionary<Guid, RowSlot> _slots = [];

    internal Table(TableSchema schema)
    {
        Schema = schema;
        Indexes = [.. schema.Indexes.Select(columns => new TableIndex(columns))];
    }

    public TableSchema Schema { get; }

    public int Count { get; private set; }

    /// <summary>All rows, in no particular order. Not to be enumerated across a transaction.</summary>
    public IEnumerable<Row> Rows
    {
        get
        {
            foreach (RowSlot slot in _slots.Values)
            {
                if (slot.Row is { } row) yield return row;
            }
        }
    }

    internal TableIndex[] Indexes { get; }

    /// <summary>Where the table's columns lead, in the order of the schema's columns that hold references.</summary>
    internal ReferenceColumn[] StrongReferences { get; set; } = [];

    internal ReferenceColumn[] WeakReferences { get; set; } = [];

    /// <summary>The current transaction has been here.</summary>
    internal bool IsTouched { get; set; }

    internal Dictionary<Guid, RowSlot>.ValueCollection Slots => _slots.Values;

    public bool TryGet(Guid id, [NotNullWhen(true)] out Row? row)
    {
        row = _slots.TryGetValue(id, out RowSlot? slot) ? slot.Row : null;
        return row is not null;
    }

    /// <summary>Also finds a row that the current transaction has deleted, unless it had inserted it as well.</summary>
    internal bool TryGetSlot(Guid id, [NotNullWhen(true)] out RowSlot? slot) => _slots.TryGetValue(id, out slot);

    internal RowSlot AddSlot(Guid id)
    {
        var slot = new RowSlot(this, id);
        _slots.Add(id, slot);
        return slot;
    }

    /// <summary>Removes this slot, not another one that has taken its place.</summary>
    internal void RemoveSlot(RowSlot slot)
    {
        if (_slots.TryGetValue(slot.Id, out RowSlot? present) && ReferenceEquals(present, slot)) _slots.Remove(slot.Id);
    }

    internal void SetRow(RowSlot slot, Row? row)
    {
        Count += (row is null ? 0 : 1) - (slot.Row is null ? 0 : 1);
        slot.Row = row;
    }
}
