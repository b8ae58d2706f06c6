namespace Fabric.Actors;

/// <summary>To an agent, from its own timer: put changed rules into their log.</summary>
internal sealed class SaveRules
{
    public static readonly SaveRules Instance = new();
}
