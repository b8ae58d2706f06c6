namespace Fabric.Actors;

/// <summary>To a part: the others are there, you may speak to them.</summary>
public sealed class Begin
{
    public static readonly Begin Instance = new();
}
