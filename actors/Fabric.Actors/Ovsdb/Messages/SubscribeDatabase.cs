namespace Fabric.Actors;

/// <summary>
/// Asks an <see cref="OvsdbActor"/> for a <see cref="DatabaseSnapshot"/> and every <see cref="DatabaseChanged"/> after it, until the asker
/// stops. Asking again gives a new snapshot, which replaces what came before.
/// </summary>
/// <param name="Database">Name of its schema.</param>
public sealed record SubscribeDatabase(string Database = SubscribeDatabase.Switch)
{
    public const string Switch = "Open_vSwitch";
}
