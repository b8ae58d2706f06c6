namespace Fabric.Ovsdb;

/// <summary>RFC 7047, section 5.1, "mutator".</summary>
internal enum Mutator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Insert,
    Delete,
}
