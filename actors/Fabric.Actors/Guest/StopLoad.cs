namespace Fabric.Actors;

/// <summary>To a VM: end the load that <see cref="StartLoad"/> began. Answered by <see cref="LoadStopped"/>.</summary>
public sealed class StopLoad
{
    public static readonly StopLoad Instance = new();
}
