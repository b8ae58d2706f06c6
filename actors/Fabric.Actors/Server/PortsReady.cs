namespace Fabric.Actors;

/// <summary>To the server: host and NIC have confirmed the ports of the first configuration, VMs may start.</summary>
public sealed class PortsReady
{
    public static readonly PortsReady Instance = new();
}
