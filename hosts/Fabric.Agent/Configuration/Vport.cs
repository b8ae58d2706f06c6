using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Configuration;

/// <summary>A port of the datapath as the agent asks for it.</summary>
public sealed record Vport(OdpPort Number, string Name, DeviceKind Kind, MacAddress Mac = default)
{
    /// <summary>For a tunnel: <c>vxlan</c>, <c>geneve</c> or <c>gre</c>.</summary>
    public string? TunnelType { get; init; }

    /// <summary>Where a tunnel listens; 0 for <c>gre</c>.</summary>
    public ushort UdpPort { get; init; }

    public PortLimits Limits { get; init; } = PortLimits.None;

    /// <summary>False: the port passes no frames, whatever its link.</summary>
    public bool IsAdminUp { get; init; } = true;

    /// <summary>VXLAN's group policy extension.</summary>
    public bool GroupPolicy { get; init; }

    /// <summary>Take packets of any sender and any key, because rules tell them apart.</summary>
    public bool AcceptsAll { get; init; }
}
