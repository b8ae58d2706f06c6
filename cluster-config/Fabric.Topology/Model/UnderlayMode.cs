namespace Fabric.Topology;

/// <summary>How outer packets travel. Only <see cref="Direct"/> is built so far.</summary>
public enum UnderlayMode : byte
{
    /// <summary>Every server's VTEP binds its own local address on the tunnels' UDP ports.</summary>
    Direct,
}
