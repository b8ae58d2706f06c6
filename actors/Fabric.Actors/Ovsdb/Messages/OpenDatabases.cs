namespace Fabric.Actors;

/// <summary>Asks an <see cref="OvsdbActor"/> to say when it serves, or why it cannot: <see cref="DatabasesOpened"/>.</summary>
public sealed record OpenDatabases
{
    public static OpenDatabases Instance { get; } = new();
}
