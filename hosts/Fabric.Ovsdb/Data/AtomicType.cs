namespace Fabric.Ovsdb;

/// <summary>The five kinds of values that a column is made of (RFC 7047, section 3.2, "atomic-type").</summary>
public enum AtomicType : byte
{
    Integer,
    Real,
    Boolean,
    String,
    Uuid,
}
