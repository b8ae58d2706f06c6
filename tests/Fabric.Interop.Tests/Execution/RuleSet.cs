namespace Fabric.Interop.Tests;

/// <summary>What a switch is told before frames come.</summary>
internal sealed record RuleSet(string Name, params string[] Rules)
{
    public string[] Groups { get; init; } = [];

    public string[] Meters { get; init; } = [];
}
