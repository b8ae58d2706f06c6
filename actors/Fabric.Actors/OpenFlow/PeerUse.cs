namespace Fabric.Actors;

/// <summary>What a connection of a bridge is for.</summary>
internal enum PeerUse
{
    /// <summary>Tools, on <c>BRIDGE.mgmt</c>.</summary>
    Management,

    /// <summary>Listens to what a controller and the bridge say, on <c>BRIDGE.snoop</c>.</summary>
    Snoop,

    /// <summary>A row of <c>Controller</c>.</summary>
    Controller,
}
