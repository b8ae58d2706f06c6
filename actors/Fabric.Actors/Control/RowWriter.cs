using System.Globalization;
using Fabric.Agent.Configuration;
using Fabric.Ovsdb;

namespace Fabric.Actors;

/// <summary>Puts the operations of one transaction together (RFC 7047, section 5.2).</summary>
internal sealed class RowWriter
{
    private readonly List<string> _operations = [];
    private string? _bridges;

    public bool IsEmpty => _operations.Count == 0;

    public void InsertPort(InterfaceConfiguration i)
    {
        var columns = new List<string> { $"\"name\":{Text(i.Name)}", $"\"type\":{Text(i.Type)}" };
        if (i.Options.Count > 0) columns.Add($"\"options\":{Map(i.Options)}");
        if (i.ExternalIds.Count > 0) columns.Add($"\"external_ids\":{Map(i.ExternalIds)}");
        if (i.Request is { } number) columns.Add(string.Create(CultureInfo.InvariantCulture, $"\"ofport_request\":{number}"));
        Insert("Interface", $"i_{Id(i.Name)}", columns);
        Insert("Port", $"p_{Id(i.Name)}", [$"\"name\":{Text(i.Name)}", $"\"interfaces\":[\"named-uuid\",\"i_{Id(i.Name)}\"]"]);
    }

    /// <param name="type">Of its datapath; empty is the kernel's.</param>
    public void InsertBridge(string name, string type, IEnumerable<InterfaceConfiguration> ports)
    {
        List<string> columns = [$"\"name\":{Text(name)}", "\"fail_mode\":\"secure\"", $"\"ports\":{New(ports)}"];
        if (type.Length > 0) columns.Add($"\"datapath_type\":{Text(type)}");
        Insert("Bridge", "bridge", columns);
        _bridges = "[\"named-uuid\",\"bridge\"]";
    }

    public void AddPorts(Row bridge, IEnumerable<InterfaceConfiguration> ports) => Mutate(bridge, $"[\"ports\",\"insert\",{New(ports)}]");

    public void RemovePort(Row bridge, Row port) => Mutate(bridge, $"[\"ports\",\"delete\",{Uuid(port)}]");

    /// <summary>Keys of the map get these values; other keys stay.</summary>
    public void Change(Row row, string column, IReadOnlyDictionary<string, string> map)
    {
        var changed = map.Where(pair => !row[column].TryGet(pair.Key, out var value) || value != pair.Value).ToDictionary();
        if (changed.Count == 0) return;
        var keys = string.Join(',', changed.Keys.Select(Text));
        Mutate(row, $"[\"{column}\",\"delete\",[\"set\",[{keys}]]],[\"{column}\",\"insert\",{Map(changed)}]");
    }

    public void WriteRoot(Row? root, Dictionary<string, string> ids, Dictionary<string, string> columns, (string Key, string Value)? config)
    {
        if (root is null)
        {
            var row = columns.Select(column =>
                $"\"{column.Key}\":{Text(column.Value)}").Append($"\"external_ids\":{Map(ids)}").Append("\"next_cfg\":1");
            if (_bridges is not null) row = row.Append($"\"bridges\":{_bridges}");
            if (config is { } first) row = row.Append($"\"other_config\":[\"map\",[[{Text(first.Key)},{Text(first.Value)}]]]");
            Insert("Open_vSwitch", "root", row);
            return;
        }

        Change(root, "external_ids", ids);
        if (config is { } pair) Change(root, "other_config", new Dictionary<string, string> { [pair.Key] = pair.Value });
        if (columns.Count > 0)
        {
            var row = string.Join(',', columns.Select(column => $"\"{column.Key}\":{Text(column.Value)}"));
            _operations.Add(
                $"{{\"op\":\"update\",\"table\":\"Open_vSwitch\",\"where\":[[\"_uuid\",\"==\",{Uuid(root)}]],\"row\":{{{row}}}}}");
        }

        var bridges = _bridges is null ? "" : $"[\"bridges\",\"insert\",{_bridges}],";
        Mutate(root, $"{bridges}[\"next_cfg\",\"+=\",1]");
    }

    public byte[] ToOperations() => System.Text.Encoding.UTF8.GetBytes($"[{string.Join(',', _operations)}]");

    private void Insert(string table, string id, IEnumerable<string> columns) => _operations.Add(
        $"{{\"op\":\"insert\",\"table\":\"{table}\",\"uuid-name\":\"{id}\",\"row\":{{{string.Join(',', columns)}}}}}");

    private void Mutate(Row row, string mutations) => _operations.Add(
        $"{{\"op\":\"mutate\",\"table\":\"{row.Table.Name}\",\"where\":[[\"_uuid\",\"==\",{Uuid(row)}]],\"mutations\":[{mutations}]}}");

    private static string New(IEnumerable<InterfaceConfiguration> ports) =>
        $"[\"set\",[{string.Join(',', ports.Select(port => $"[\"named-uuid\",\"p_{Id(port.Name)}\"]"))}]]";

    private static string Uuid(Row row) => $"[\"uuid\",\"{row.Id}\"]";

    /// <summary>Names of new rows are identifiers.</summary>
    private static string Id(string name) => name.Replace('-', '_');

    private static string Map(IReadOnlyDictionary<string, string> map) =>
        $"[\"map\",[{string.Join(',', map.Select(pair => $"[{Text(pair.Key)},{Text(pair.Value)}]"))}]]";

    private static string Text(string text)
    {
        var json = new JsonBuffer();
        json.AppendString(text);
        return json.ToString();
    }
}
