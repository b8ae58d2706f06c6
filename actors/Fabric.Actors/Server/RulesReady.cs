namespace Fabric.Actors;

/// <summary>To the server: its own controller's bridge, ports and rules are in force, VMs may start.</summary>
public sealed class RulesReady
{
    public static readonly RulesReady Instance = new();
}
