using Fabric.Ovsdb;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>The schema Open_vSwitch 8.3.1, the file of Open vSwitch 3.1 unchanged; parsed once and shared by all databases.</summary>
public static class SwitchSchema
{
    private static readonly Lazy<DatabaseSchema> Parsed = new(Parse);

    public static DatabaseSchema Instance => Parsed.Value;

    private static DatabaseSchema Parse()
    {
        using var stream = typeof(SwitchSchema).Assembly.GetManifestResourceStream("vswitch.ovsschema")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        if (DatabaseSchema.TryParse(bytes, out var schema, out var error)) return schema;
        Invariant.Fail($"the schema in the assembly is sound: {error}");
        return null!;
    }
}
