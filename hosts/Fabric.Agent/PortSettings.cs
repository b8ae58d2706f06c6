using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>A port as configured. <see cref="Odp"/> is the datapath port; several tunnel ports share one, patch ports have none.</summary>
public sealed record PortSettings(string Name, OfpPort Ofp, OdpPort Odp, AgentPortType Type = AgentPortType.System)
{
    /// <summary>For a tunnel port.</summary>
    public TunnelSettings? Tunnel { get; init; }

    /// <summary>For a patch port: the name of the other end, in any bridge.</summary>
    public string? Peer { get; init; }

    /// <summary>Its own address; a bond shows that of its active member.</summary>
    public Wire.MacAddress Mac { get; init; }

    /// <summary>Ignored while the port is a member of a bond, which has its own.</summary>
    public VlanSettings Vlan { get; init; } = VlanSettings.Default;

    /// <summary>Shorthand for an access port: NORMAL puts untagged frames in this VLAN and takes the tag off on the way out.</summary>
    public ushort? Tag { get => Vlan.Tag; init => Vlan = Vlan with { Tag = value }; }

    /// <summary>Shorthand: VLANs a trunk carries; null is all.</summary>
    public VlanSet? Trunks { get => Vlan.Trunks; init => Vlan = Vlan with { Trunks = value }; }

    /// <summary>Left out by FLOOD and by NORMAL's flooding.</summary>
    public bool NoFlood { get; init; }

    /// <summary>Frames between two protected ports are not forwarded.</summary>
    public bool IsProtected { get; init; }

    /// <summary>What the datapath does with it is told to the datapath; translation needs to know which queues mark packets.</summary>
    public QosSettings? Qos { get; init; }
}
