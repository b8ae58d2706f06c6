namespace Fabric.Ovsdb;

/// <summary>What a UUID column means (RFC 7047, section 3.2, "refTable" and "refType").</summary>
public enum ReferenceKind : byte
{
    /// <summary>A plain UUID.</summary>
    None,

    /// <summary>The row it names must exist, and lives as long as it is named.</summary>
    Strong,

    /// <summary>The UUID disappears when the row it names does.</summary>
    Weak,
}
