namespace Fabric.Agent;

/// <summary>OVS: <c>enum bond_verdict</c>.</summary>
internal enum BondVerdict
{
    Accept,
    Drop,

    /// <summary>Drop when the source is known at another port: the frame is our own, come back by another member.</summary>
    DropIfMoved,
}
