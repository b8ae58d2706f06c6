namespace Fabric.Agent.Configuration;

/// <summary>Keys that Fabric puts into <c>external_ids</c> of the rows that it makes.</summary>
public static class FabricIds
{
    /// <summary>On an interface: the VM behind it.</summary>
    public const string Vm = "fabric-vm";

    /// <summary>
    /// On a tunnel: the senders of each VNI are those of the topology, so the datapath takes packets of no others. A flow-based tunnel
    /// without this key takes everybody's, and leaves it to rules to tell them apart, as in OVS.
    /// </summary>
    public const string Peers = "fabric-peers";

    /// <summary>On the root row: the ports that a plan made, so that a later plan knows which it may remove.</summary>
    public const string Ports = "fabric-ports";
}
