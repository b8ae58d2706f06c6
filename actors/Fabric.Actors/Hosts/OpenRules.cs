namespace Fabric.Actors;

/// <summary>To an agent, from its own timer: try again to open the log of rules, which an earlier life still held.</summary>
internal sealed class OpenRules
{
    public static readonly OpenRules Instance = new();
}
