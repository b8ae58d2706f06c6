namespace Fabric.Topology;

/// <summary>
/// One part after ranges are expanded and refinements laid over each other. A key's value is the last entry's that has it, with the path
/// that entry has in the file.
/// </summary>
internal sealed class NamedEntry(string name, ConfigNode nameNode)
{
    private readonly Dictionary<string, (ConfigNode Value, string Path)> _values = new(StringComparer.Ordinal);

    public string Name => name;
    public ConfigNode NameNode => nameNode;

    /// <summary>Path of the entry that declared the name.</summary>
    public required string Path { get; init; }

    /// <summary>A range made it and nothing refined it yet.</summary>
    public required bool IsOpen { get; set; }

    public void Lay(ConfigNode entry, string path)
    {
        // Two answers to one question: the later one counts.
        if (entry["server"] is not null)
            _values.Remove("placement");
        if (entry["placement"] is not null)
            _values.Remove("server");

        foreach (var (key, value) in entry.Entries)
            _values[key.Text] = (value, $"{path}.{key.Text}");
    }

    public (ConfigNode Value, string Path)? this[string key] => _values.TryGetValue(key, out var found) ? found : null;

    /// <summary>A scalar's text; null when the key is absent or no scalar.</summary>
    public string? Text(string key) => this[key]?.Value is { Kind: ConfigKind.Scalar, Text.Length: > 0 } node ? node.Text : null;

    /// <summary>A list's items, or the one value that stands for a list of one; those of other kinds are left out.</summary>
    public IEnumerable<(ConfigNode Node, string Path)> Scalars(string key)
    {
        if (this[key] is not var (value, path))
            yield break;

        if (value.Kind == ConfigKind.Scalar)
            yield return (value, path);

        for (int i = 0; i < value.Items.Count; i++)
        {
            if (value.Items[i].Kind == ConfigKind.Scalar)
                yield return (value.Items[i], $"{path}[{i}]");
        }
    }
}
