using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>A database schema (RFC 7047, section 3.2, "database-schema"): immutable, one object for all databases that have it.</summary>
public sealed class DatabaseSchema
{
    private readonly Dictionary<string, TableSchema> _byName;
    private byte[]? _json;

    internal DatabaseSchema(string name, string version, string checksum, IEnumerable<TableSchema> tables)
    {
        (Name, Version, Checksum, Tables) = (name, version, checksum, [.. tables]);
        _byName = Tables.ToDictionary(t => t.Name);
    }

    public string Name { get; }

    /// <summary>"x.y.z", or empty.</summary>
    public string Version { get; }

    /// <summary>The schema file's "cksum", or empty.</summary>
    public string Checksum { get; }

    public ImmutableArray<TableSchema> Tables { get; }

    /// <summary>The schema as ovsdb-server writes it into its log and answers get_schema with it. UTF-8.</summary>
    public ReadOnlySpan<byte> Json => _json ??= SchemaText.Write(this);

    public bool TryGetTable(string name, [NotNullWhen(true)] out TableSchema? table) => _byName.TryGetValue(name, out table);

    /// <exception cref="KeyNotFoundException">There is no such table.</exception>
    public TableSchema Table(string name) => _byName[name];

    /// <summary>Reads a schema file or the schema record of a log.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out DatabaseSchema? schema, [NotNullWhen(false)] out OvsdbError? error)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, JsonAccess.Options);
            return TryParse(document.RootElement, out schema, out error);
        }
        catch (JsonException broken)
        {
            (schema, error) = (null, new OvsdbError("syntax error", $"schema is not valid JSON ({broken.Message})"));
            return false;
        }
    }

    public static bool TryParse(
        JsonElement json, [NotNullWhen(true)] out DatabaseSchema? schema, [NotNullWhen(false)] out OvsdbError? error)
    {
        error = SchemaParser.Parse(json, out schema);
        return schema is not null && error is null;
    }

    public override string ToString() => $"{Name} {Version}".TrimEnd();
}
