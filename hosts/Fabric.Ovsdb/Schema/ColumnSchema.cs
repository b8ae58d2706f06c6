namespace Fabric.Ovsdb;

/// <summary>One column of a table (RFC 7047, section 3.2, "column-schema").</summary>
public sealed class ColumnSchema
{
    internal ColumnSchema(string name, int index, ColumnType type, bool isMutable, bool isEphemeral)
    {
        (Name, Index, Type, IsMutable, IsEphemeral) = (name, index, type, isMutable, isEphemeral);
        DefaultError = type.Check(type.Default);
    }

    public string Name { get; }

    /// <summary>The place in a row: 0 is <c>_uuid</c>, 1 is <c>_version</c>, the table's own columns follow.</summary>
    public int Index { get; }

    public ColumnType Type { get; }

    public bool IsMutable { get; }

    /// <summary>Not written to the log: gone after a restart.</summary>
    public bool IsEphemeral { get; internal set; }

    /// <summary>What is wrong with a row that leaves this column at its default, if anything.</summary>
    internal OvsdbError? DefaultError { get; }

    public override string ToString() => Name;
}
