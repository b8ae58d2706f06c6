namespace Fabric.Actors;

/// <summary>To an agent, from its server: save what is not saved yet, then stop.</summary>
internal sealed class EndOrderly
{
    public static readonly EndOrderly Instance = new();
}
