using System.Text;
using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>
/// Reads "monitor-requests" (RFC 7047, 4.1.5) and "monitor-cond-update-requests" (ovsdb-server(7), 4.1.14), in ovsdb-server's words.
/// </summary>
internal static class MonitorRequest
{
    public static OvsdbError? Parse(DatabaseSchema schema, JsonElement requests, MonitorVersion version, out SharedMonitor monitor)
    {
        monitor = null!;
        var tables = new List<MonitoredTable>();
        foreach (var member in LastOfEach(requests))
        {
            if (!schema.TryGetTable(member.Key, out var table)) return NoTable(member.Key, "");
            if (ParseTable(table, member.Value, version, out var parsed) is { } wrong) return wrong;
            tables.Add(parsed);
        }
        monitor = Share(version, tables);
        return null;
    }

    /// <summary>The monitor with the conditions that the request names in place of the present ones.</summary>
    public static OvsdbError? ParseChange(SharedMonitor monitor, DatabaseSchema schema, JsonElement requests, out SharedMonitor changed)
    {
        changed = monitor;
        MonitoredTable[] tables = [.. monitor.Tables];
        foreach (var (name, request) in LastOfEach(requests))
        {
            if (!schema.TryGetTable(name, out var table)) return NoTable(name, "");
            int index = Array.FindIndex(tables, t => t.Table == table);
            if (index < 0) return NoTable(name, " in monitor session");
            if (request.ValueKind != JsonValueKind.Array)
                return new OvsdbError("syntax error", $"table {name} no monitor-cond-change JSON array");
            foreach (var element in request.EnumerateArray())
            {
                if (ParseCondition(table, element, out var condition) is { } wrong) return wrong;
                if (monitor.Version != MonitorVersion.Update) tables[index] = tables[index].With(condition);
            }
        }
        changed = Share(monitor.Version, tables);
        return null;
    }

    private static OvsdbError? ParseTable(TableSchema table, JsonElement request, MonitorVersion version, out MonitoredTable parsed)
    {
        var columns = new List<MonitoredColumn>();
        var select = MonitorSelect.None;
        var condition = RowCondition.Always;
        IEnumerable<JsonElement> elements = request.ValueKind == JsonValueKind.Array ? request.EnumerateArray() : [request];
        parsed = null!;
        foreach (var element in elements)
        {
            if (ParseElement(table, element, version, columns, ref select, ref condition) is { } wrong) return wrong;
        }
        columns.Sort((a, b) => a.Column.Index.CompareTo(b.Column.Index));
        parsed = new MonitoredTable(table, [.. columns], select, condition);
        return null;
    }

    private static OvsdbError? ParseElement(TableSchema table, JsonElement request, MonitorVersion version,
        List<MonitoredColumn> columns, ref MonitorSelect select, ref RowCondition condition)
    {
        var reader = new ObjectReader(request, $"table {table.Name}");
        JsonElement where = default;
        bool hasWhere = version != MonitorVersion.Update && reader.TryGet("where", MemberKinds.Array | MemberKinds.Optional, out where);
        bool hasColumns = reader.TryGet("columns", MemberKinds.Array | MemberKinds.Optional, out var names);
        bool hasSelect = reader.TryGet("select", MemberKinds.Object | MemberKinds.Optional, out var flags);
        if (reader.Finish() is { } wrong) return wrong;

        var selected = MonitorSelect.All;
        if (hasSelect && ParseSelect(table, flags, out selected) is { } wrongSelect) return wrongSelect;
        select |= selected;
        if (hasColumns)
        {
            if (AddNamed(table, names, selected, columns) is { } wrongName) return wrongName;
        }
        else
        {
            // Without names all columns are meant, also the row's version, but not its id.
            foreach (var column in table.Columns.Where(c => c.Index != TableSchema.UuidIndex))
            {
                if (Add(names, column, selected, columns) is { } twice) return twice;
            }
        }
        condition = RowCondition.Always;
        return hasWhere ? RowCondition.Parse(table, where, out condition) : null;
    }

    private static OvsdbError? AddNamed(TableSchema table, JsonElement names, MonitorSelect selected, List<MonitoredColumn> columns)
    {
        foreach (var name in names.EnumerateArray())
        {
            if (name.ValueKind != JsonValueKind.String) return RpcText.Syntax(names, "array of column names expected");
            string text = JsonAccess.Text(name);
            if (!table.TryGetColumn(text, out var column)) return RpcText.Syntax(names, $"{text} is not a valid column name");
            if (Add(names, column, selected, columns) is { } twice) return twice;
        }
        return null;
    }

    private static OvsdbError? Add(JsonElement names, ColumnSchema column, MonitorSelect selected, List<MonitoredColumn> columns)
    {
        if (columns.Exists(c => c.Column == column)) return RpcText.Syntax(names, $"column {column.Name} mentioned more than once");
        columns.Add(new MonitoredColumn(column, selected));
        return null;
    }

    private static OvsdbError? ParseSelect(TableSchema table, JsonElement flags, out MonitorSelect selected)
    {
        var reader = new ObjectReader(flags, $"table {table.Name} select");
        selected = MonitorSelect.None;
        foreach (var (name, flag) in new[] { ("initial", MonitorSelect.Initial), ("insert", MonitorSelect.Insert),
            ("delete", MonitorSelect.Delete), ("modify", MonitorSelect.Modify) })
        {
            if (!reader.TryGet(name, MemberKinds.Boolean | MemberKinds.Optional, out var value) || value.GetBoolean()) selected |= flag;
        }
        return reader.Finish();
    }

    private static OvsdbError? ParseCondition(TableSchema table, JsonElement request, out RowCondition condition)
    {
        condition = RowCondition.Always;
        var reader = new ObjectReader(request, $"table {table.Name}");
        bool hasColumns = reader.TryGet("columns", MemberKinds.Array | MemberKinds.Optional, out _);
        bool hasWhere = reader.TryGet("where", MemberKinds.Array | MemberKinds.Optional, out var where);
        if (reader.Finish() is { } wrong) return wrong;
        if (hasColumns) return RpcText.Syntax(request, "changing columns is unsupported");
        return hasWhere ? RowCondition.Parse(table, where, out condition) : null;
    }

    private static SharedMonitor Share(MonitorVersion version, IEnumerable<MonitoredTable> tables)
    {
        MonitoredTable[] sorted = [.. tables.OrderBy(t => t.Table.Name, StringComparer.Ordinal)];
        var key = new StringBuilder().Append((int)version);
        foreach (var table in sorted)
        {
            key.Append('\n').Append(table.Table.Name).Append(' ').Append((int)table.Select);
            foreach (var column in table.Columns) key.Append(' ').Append(column.Column.Index).Append(':').Append((int)column.Select);
            key.Append(' ').Append(table.Condition.Text);
        }
        return new SharedMonitor(key.ToString(), version, sorted);
    }

    private static Dictionary<string, JsonElement> LastOfEach(JsonElement members)
    {
        var last = new Dictionary<string, JsonElement>();
        foreach (var member in members.EnumerateObject()) last[JsonAccess.Name(member)] = member.Value;
        return last;
    }

    private static OvsdbError NoTable(string name, string where) => new("syntax error", $"no table named {name}{where}");
}
