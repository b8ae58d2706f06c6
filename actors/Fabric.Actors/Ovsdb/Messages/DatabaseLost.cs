namespace Fabric.Actors;

/// <summary>To those that follow a database: its actor ends or starts anew; ask again by <see cref="SubscribeDatabase"/>.</summary>
public sealed class DatabaseLost
{
    public static DatabaseLost Instance { get; } = new();
}
