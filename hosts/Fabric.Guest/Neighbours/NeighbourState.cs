namespace Fabric.Guest;

/// <summary>States of neighbour unreachability detection (RFC 4861 section 7.3.2), used for ARP too as Linux does.</summary>
public enum NeighbourState : byte
{
    Incomplete,
    Reachable,
    Stale,
    Delay,
    Probe,
}
