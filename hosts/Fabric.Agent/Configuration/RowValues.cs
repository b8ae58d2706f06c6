using Fabric.Ovsdb;

namespace Fabric.Agent.Configuration;

/// <summary>Values of columns as the agent's types.</summary>
internal static class RowValues
{
    /// <summary>The string; empty when there is none.</summary>
    public static string Text(this Row row, string column) => row[column].Text ?? "";

    public static string? OptionalText(this Row row, string column) => row[column].Text;

    public static long Number(this Row row, string column) => row[column].Integer ?? 0;

    public static long? OptionalNumber(this Row row, string column) => row[column].Integer;

    public static bool Flag(this Row row, string column) => row[column].Boolean ?? false;

    public static IReadOnlyDictionary<string, string> Map(this Row row, string column)
    {
        var datum = row[column];
        var map = new Dictionary<string, string>(datum.Count);
        for (var i = 0; i < datum.Count; i++) map[datum.Keys[i].AsString] = datum.Values[i].AsString;
        return map;
    }

    public static IReadOnlyList<ushort> Vlans(this Row row, string column)
    {
        var vlans = new List<ushort>();
        foreach (var atom in row[column].Keys) vlans.Add((ushort)atom.AsInteger);
        return vlans;
    }
}
