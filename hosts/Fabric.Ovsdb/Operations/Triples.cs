using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>What clauses and mutations have in common: <c>[column, word, value]</c>.</summary>
internal static class Triples
{
    public static bool TryTake(JsonElement json, out string column, out string word, out JsonElement value)
    {
        (column, word, value) = ("", "", default);
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() != 3) return false;
        JsonElement first = json[0], second = json[1];
        if (first.ValueKind != JsonValueKind.String || second.ValueKind != JsonValueKind.String) return false;
        (column, word, value) = (JsonAccess.Text(first), JsonAccess.Text(second), json[2]);
        return true;
    }

    public static OvsdbError TypeMismatch(JsonElement json, string word, ColumnSchema column) => DatumParser.Syntax(json,
        $"Type mismatch: \"{word}\" operator may not be applied to column {column.Name} of type {column.Type.English}.");
}
