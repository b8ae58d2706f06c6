namespace Fabric.Actors;

/// <summary>To a server that moves to another node, or whose node ends: save what is not saved yet, then stop.</summary>
public sealed class EndServer
{
    public static readonly EndServer Instance = new();
}
