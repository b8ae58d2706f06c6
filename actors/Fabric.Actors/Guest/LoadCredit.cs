namespace Fabric.Actors;

/// <summary>From a load's sink to its source: frames were taken, the window has room.</summary>
public sealed class LoadCredit
{
    public static readonly LoadCredit Instance = new();
}
