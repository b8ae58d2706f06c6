using Fabric.OpenFlow;

namespace Fabric.Agent.Configuration;

/// <summary>Turns rows of <c>Flow_Table</c> into what tables take (OVS <c>bridge_configure_tables</c>).</summary>
internal static class FlowTableSettings
{
    private const int MaxNameSize = 32;

    /// <summary>Every table of a bridge: those without a row get back their defaults.</summary>
    public static void Configure(AgentBridge bridge, IReadOnlyDictionary<byte, FlowTableConfiguration> rows)
    {
        for (byte id = 0; id < OpenFlowTables.TableCount; id++)
        {
            var isKnown = rows.TryGetValue(id, out var row);
            if (!isKnown && ReferenceEquals(bridge.Tables.Table(id).Settings, TableSettings.Default)) continue;
            bridge.Tables.Configure(id, isKnown ? Of(row!) : TableSettings.Default);
        }
    }

    private static TableSettings Of(FlowTableConfiguration row) => new()
    {
        Name = row.Name.Length == 0 ? null : row.Name[..Math.Min(row.Name.Length, MaxNameSize)],
        FlowLimit = row.FlowLimit is { } limit ? (uint)Math.Min(limit, uint.MaxValue) : null,
        EvictsOnOverflow = row.Evicts,
        // A table that evicts without a grouping takes all its rules as one group.
        Groups = row.Evicts ? [.. row.Groups.Select(Part).OfType<FieldBits>()] : [],
        Prefixes = row.Prefixes is { } names ? [.. names.Select(Field).OfType<OpenFlowField>()] : TableSettings.Default.Prefixes,
    };

    private static OpenFlowField? Field(string name) => OpenFlowFields.TryFind(name.Trim(), out var field) ? field : null;

    /// <summary>A field, or some of its bits such as <c>NXM_NX_REG0[0..15]</c>; text that is neither is passed over.</summary>
    private static FieldBits? Part(string text)
    {
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (Field(bracket < 0 ? text : text[..bracket]) is not { } field) return null;
        var inner = bracket < 0 ? "" : text[(bracket + 1)..].TrimEnd(']');
        if (inner.Length == 0) return new FieldBits(field, 0, field.Width);
        var ends = inner.Split("..");
        if (!int.TryParse(ends[0], out var first) || !int.TryParse(ends[^1], out var last)) return null;
        return first >= 0 && first <= last && last < field.Width ? new FieldBits(field, first, last - first + 1) : null;
    }
}
