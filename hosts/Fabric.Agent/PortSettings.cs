using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>A port as configured. <see cref="Odp"/> is the datapath port; several tunnel ports share one, patch ports have none.</summary>
public sealed record PortSettings(string Name, OfpPort Ofp, OdpPort Odp, AgentPortType Type = AgentPortType.System)
{
    /// <summary>For a tunnel port.</summary>
    public TunnelSettings? Tunnel { get; init; }

    /// <summary>For a patch port: the name of the other end, in any bridge.</summary>
    public string? Peer { get; init; }

    /// <summary>Access VLAN: NORMAL puts untagged frames in it and takes the tag off on the way out. Null is a trunk.</summary>
    public ushort? Tag { get; init; }

    /// <summary>VLANs a trunk carries; null is all.</summary>
    public IReadOnlyList<ushort>? Trunks { get; init; }

    /// <summary>Left out by FLOOD and by NORMAL's flooding.</summary>
    public bool NoFlood { get; init; }
}
