namespace Fabric.Ovsdb.Tests;

/// <summary>What is kept incrementally, counted anew by looking at everything (properties 2 to 4 of <see cref="Database"/>).</summary>
internal static class DatabaseInvariants
{
    public static void Check(Database database)
    {
        var strong = new Dictionary<RowSlot, int>();
        var weak = new Dictionary<(RowSlot Target, RowSlot Source), int>();
        foreach (RowSlot source in database.Tables.SelectMany(t => t.Slots))
        {
            Assert.Null(source.Change);
            Row row = Assert.IsType<Row>(source.Row);
            foreach (ColumnSchema column in row.Table.OwnColumns)
            {
                Datum datum = row[column];
                Assert.True(column.Type.Accepts(datum.Count), $"{row} has {datum.Count} elements in {column}");
                Assert.Null(column.Type.Check(datum));
                foreach ((RowSlot target, bool isStrong) in Targets(database, column, datum))
                {
                    if (ReferenceEquals(target, source)) continue;
                    if (isStrong) strong[target] = strong.GetValueOrDefault(target) + 1;
                    else weak[(target, source)] = weak.GetValueOrDefault((target, source)) + 1;
                }
            }
        }

        foreach (Table table in database.Tables)
        {
            Assert.False(table.IsTouched);
            Assert.Equal(table.Slots.Count, table.Count);
            Assert.True(table.Count <= table.Schema.MaxRows);
            foreach (RowSlot slot in table.Slots) Check(slot, strong.GetValueOrDefault(slot), weak);
            foreach (TableIndex index in table.Indexes)
                Assert.Equal(table.Count, table.Rows.Distinct(new RowComparer(index.Columns)).Count());
        }

        Assert.Equal(weak.Count, database.Tables.SelectMany(t => t.Slots).Sum(s => s.WeakReferrers?.Count ?? 0));
    }

    private static void Check(RowSlot slot, int strong, Dictionary<(RowSlot Target, RowSlot Source), int> weak)
    {
        Assert.Equal(strong, slot.ReferenceCount);
        Assert.True(slot.Table.Schema.IsRoot || strong > 0, $"{slot.Row} is garbage");
        foreach ((RowSlot source, int count) in slot.WeakReferrers ?? []) Assert.Equal(count, weak.GetValueOrDefault((slot, source)));
        foreach (TableIndex index in slot.Table.Indexes)
            Assert.True(index.TryFind(slot.Row!, out RowSlot? found) && ReferenceEquals(found, slot), $"{slot.Row} is not in its index");
    }

    private static IEnumerable<(RowSlot Target, bool IsStrong)> Targets(Database database, ColumnSchema column, Datum datum)
    {
        (ElementType?, Atom[])[] parts = [(column.Type.Key, datum.Keys.ToArray()), (column.Type.Value, datum.Values.ToArray())];
        foreach ((ElementType? type, Atom[] atoms) in parts)
        {
            if (type?.RefTable is null) continue;
            foreach (Atom atom in atoms)
            {
                Assert.True(database.Table(type.RefTable).TryGetSlot(atom.AsUuid, out RowSlot? target), $"{column} names a missing row");
                yield return (target, type.IsStrongReference);
            }
        }
    }
}
