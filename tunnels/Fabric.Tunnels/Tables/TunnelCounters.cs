namespace Fabric.Tunnels;

/// <summary>Events of encapsulation that are no drops.</summary>
public sealed class TunnelCounters
{
    /// <summary>Outer headers put on.</summary>
    public long Encapsulated;

    /// <summary>Outer headers taken off.</summary>
    public long Decapsulated;

    /// <summary>Frames that were moved because the outer headers did not fit the head-room.</summary>
    public long HeadRoomCopies;
}
