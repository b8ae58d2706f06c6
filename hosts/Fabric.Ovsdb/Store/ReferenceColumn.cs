namespace Fabric.Ovsdb;

/// <summary>A column that names rows, with the tables that its keys and its values name rows of.</summary>
/// <param name="KeyTarget">Null if the keys are not references of this kind.</param>
internal sealed record ReferenceColumn(ColumnSchema Column, Table? KeyTarget, Table? ValueTarget)
{
    public static ReferenceColumn[] Of(IEnumerable<ColumnSchema> columns, ReferenceKind kind, Dictionary<string, Table> tables)
    {
        Table? Target(ElementType? type) => type?.Reference == kind ? tables[type.RefTable!] : null;
        return [.. columns.Select(c => new ReferenceColumn(c, Target(c.Type.Key), Target(c.Type.Value)))];
    }
}
