namespace Fabric.Agent.Configuration;

/// <summary>A row of <c>Flow_Table</c>.</summary>
public sealed record FlowTableConfiguration
{
    /// <summary>Empty: none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Most rules; null: no limit.</summary>
    public long? FlowLimit { get; init; }

    /// <summary>A full table makes room instead of refusing.</summary>
    public bool Evicts { get; init; }

    /// <summary>Fields, as subfields in text, whose values make groups that give up rules in turn.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Fields that get a prefix trie; null: the defaults.</summary>
    public IReadOnlyList<string>? Prefixes { get; init; }
}
