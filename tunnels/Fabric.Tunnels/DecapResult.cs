namespace Fabric.Tunnels;

/// <summary>What <see cref="TunnelDecap"/> made of a frame from a physical port.</summary>
public enum DecapResult : byte
{
    /// <summary>Not tunnel traffic (ARP, ICMP to the VTEP's address, …): the frame is unchanged and the host's to judge.</summary>
    NotTunnel,

    /// <summary>The outer headers are off and stand in the metadata; the ingress port is the tunnel port.</summary>
    Detunnelled,

    /// <summary>Tunnel traffic that must not pass; the frame is unchanged.</summary>
    Dropped,
}
