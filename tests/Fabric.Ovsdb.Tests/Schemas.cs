using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>Schemas that the tests run on.</summary>
internal static class Schemas
{
    public static DatabaseSchema Parse(string json) =>
        DatabaseSchema.TryParse(Encoding.UTF8.GetBytes(json), out DatabaseSchema? schema, out OvsdbError? error)
            ? schema
            : throw new InvalidOperationException(error.ToString());
}
