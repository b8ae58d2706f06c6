using System.Diagnostics;

namespace Fabric.Ovsdb;

/// <summary>The names of atomic types as schemas and error texts spell them.</summary>
internal static class AtomicTypeNames
{
    public static string Name(this AtomicType type) => type switch
    {
        AtomicType.Integer => "integer",
        AtomicType.Real => "real",
        AtomicType.Boolean => "boolean",
        AtomicType.String => "string",
        AtomicType.Uuid => "uuid",
        _ => throw new UnreachableException(),
    };

    public static bool TryParse(string name, out AtomicType type)
    {
        (bool known, type) = name switch
        {
            "integer" => (true, AtomicType.Integer),
            "real" => (true, AtomicType.Real),
            "boolean" => (true, AtomicType.Boolean),
            "string" => (true, AtomicType.String),
            "uuid" => (true, AtomicType.Uuid),
            _ => (false, default),
        };
        return known;
    }
}
