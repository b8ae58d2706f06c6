using System.Text;

namespace Fabric.Ovsdb.Tests;

/// <summary>Schemas that the tests run on.</summary>
internal static class Schemas
{
    /// <summary>The stock schema of a switch.</summary>
    public static DatabaseSchema Switch { get; } = Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vswitch.ovsschema")));

    public static DatabaseSchema Parse(string json) =>
        DatabaseSchema.TryParse(Encoding.UTF8.GetBytes(json), out DatabaseSchema? schema, out OvsdbError? error)
            ? schema
            : throw new InvalidOperationException(error.ToString());
}
