namespace Fabric.Actors;

/// <summary>To the server: the NIC has confirmed its ports and tunnels, VMs may start.</summary>
public sealed class PortsReady
{
    public static readonly PortsReady Instance = new();
}
