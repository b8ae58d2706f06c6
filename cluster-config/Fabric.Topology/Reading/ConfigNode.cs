namespace Fabric.Topology;

internal enum ConfigKind : byte
{
    Scalar,
    List,
    Map,
}

/// <summary>One node of a configuration file and its place in the text.</summary>
internal sealed class ConfigNode
{
    public required ConfigKind Kind { get; init; }
    public required int Line { get; init; }
    public required int Column { get; init; }

    /// <summary>Of a scalar; empty otherwise.</summary>
    public string Text { get; init; } = "";

    public IReadOnlyList<ConfigNode> Items { get; init; } = [];

    /// <summary>Of a map, in the order of the text; no key twice.</summary>
    public IReadOnlyList<ConfigEntry> Entries { get; init; } = [];

    /// <summary>Null when this is no map or has no such key.</summary>
    public ConfigNode? this[string key]
    {
        get
        {
            foreach (var entry in Entries)
            {
                if (entry.Key.Text == key)
                    return entry.Value;
            }

            return null;
        }
    }

    /// <summary>What a reader of an error calls it.</summary>
    public string Describe() => Kind switch
    {
        ConfigKind.List => "a list",
        ConfigKind.Map => "a map",
        _ => Text.Length == 0 ? "nothing" : $"'{Text}'",
    };
}

internal readonly record struct ConfigEntry(ConfigNode Key, ConfigNode Value);
