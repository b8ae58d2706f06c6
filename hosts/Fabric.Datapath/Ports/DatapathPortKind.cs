namespace Fabric.Datapath;

/// <summary>What stands behind a datapath port.</summary>
public enum DatapathPortKind : byte
{
    /// <summary>The bridge's own port: frames sent to it are taken by the server itself.</summary>
    Local,

    /// <summary>The host's end of a VF: what is sent to it arrives at the VM, what comes from it the VM sent.</summary>
    Representor,

    /// <summary>A port to the underlay.</summary>
    Physical,

    /// <summary>A logical port: sending puts an outer header on and continues at a physical port.</summary>
    Tunnel,
}
