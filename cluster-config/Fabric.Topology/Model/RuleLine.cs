using System.Text.Json.Serialization;

namespace Fabric.Topology;

/// <summary>One rule and where it stands, so that whoever parses the text can name the place of an error.</summary>
public sealed record RuleLine
{
    public required string Text { get; init; }

    /// <summary>From 1; 0 after a journey through JSON: a moved rule is the same rule.</summary>
    [JsonIgnore]
    public int Line { get; init; }

    [JsonIgnore]
    public int Column { get; init; }
}
