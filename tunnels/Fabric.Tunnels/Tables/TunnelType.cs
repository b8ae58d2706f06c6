namespace Fabric.Tunnels;

/// <summary>The encapsulations.</summary>
public enum TunnelType : byte
{
    /// <summary>RFC 7348.</summary>
    Vxlan,

    /// <summary>RFC 8926.</summary>
    Geneve,

    /// <summary>RFC 7637; it has no UDP header, so its ports have UDP port 0.</summary>
    Nvgre,
}
