namespace Fabric.Agent.Configuration;

/// <summary>What stands behind a port of the datapath.</summary>
public enum DeviceKind
{
    /// <summary>The host's end of a VF.</summary>
    Representor,

    /// <summary>A port to the underlay.</summary>
    Physical,

    /// <summary>An interface of the host itself: what is sent there, the host takes.</summary>
    Host,

    /// <summary>One for each pair of encapsulation and UDP port, shared by tunnel ports.</summary>
    Tunnel,
}
