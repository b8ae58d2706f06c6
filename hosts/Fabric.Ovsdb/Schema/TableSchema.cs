using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Fabric.Ovsdb;

/// <summary>One table (RFC 7047, section 3.2, "table-schema"); shared by all databases of one schema.</summary>
public sealed class TableSchema
{
    /// <summary>The columns that every table has.</summary>
    public const int UuidIndex = 0;
    public const int VersionIndex = 1;
    public const int FirstOwnIndex = 2;

    private static readonly ColumnType UuidType = new(new ElementType(AtomicType.Uuid));

    private readonly Dictionary<string, ColumnSchema> _byName = [];

    internal TableSchema(
        string name, bool isMutable, uint maxRows, IEnumerable<(string Name, ColumnType Type, bool IsMutable, bool IsEphemeral)> columns)
    {
        (Name, IsMutable, MaxRows) = (name, isMutable, maxRows);
        var all = ImmutableArray.CreateBuilder<ColumnSchema>();
        all.Add(new ColumnSchema("_uuid", UuidIndex, UuidType, isMutable: false, isEphemeral: false));
        all.Add(new ColumnSchema("_version", VersionIndex, UuidType, isMutable: false, isEphemeral: true));
        foreach (var column in columns)
            all.Add(new ColumnSchema(column.Name, all.Count, column.Type, column.IsMutable, column.IsEphemeral));
        Columns = all.ToImmutable();
        foreach (ColumnSchema column in Columns) _byName.Add(column.Name, column);
        OwnColumns = [.. Columns.Skip(FirstOwnIndex)];
        Defaults = [.. OwnColumns.Select(c => c.Type.Default)];
        StrongColumns = [.. OwnColumns.Where(c => c.Type.HasStrongReference)];
        ConstrainedDefaults = [.. OwnColumns.Where(c => c.DefaultError is not null)];
        WeakColumns = [.. OwnColumns.Where(c => c.Type.HasWeakReference)];
    }

    public string Name { get; }

    /// <summary>Kept for the schema's text; ovsdb-server does not act on it either.</summary>
    public bool IsMutable { get; }

    /// <summary>Rows of a root table live without being referenced.</summary>
    public bool IsRoot { get; internal set; }

    /// <summary><see cref="uint.MaxValue"/> for no limit.</summary>
    public uint MaxRows { get; }

    /// <summary>All columns by index, <c>_uuid</c> and <c>_version</c> first.</summary>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>The columns that the schema names, without <c>_uuid</c> and <c>_version</c>.</summary>
    public ImmutableArray<ColumnSchema> OwnColumns { get; }

    /// <summary>Each a set of columns whose values together are unique in the table.</summary>
    public ImmutableArray<ImmutableArray<ColumnSchema>> Indexes { get; internal set; } = [];

    internal Datum[] Defaults { get; }

    /// <summary>Columns whose default is not an allowed value.</summary>
    internal ColumnSchema[] ConstrainedDefaults { get; }

    internal ColumnSchema[] StrongColumns { get; }

    internal ColumnSchema[] WeakColumns { get; }

    public bool TryGetColumn(string name, [NotNullWhen(true)] out ColumnSchema? column) => _byName.TryGetValue(name, out column);

    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    public ColumnSchema Column(string name) => _byName[name];

    public override string ToString() => Name;
}
