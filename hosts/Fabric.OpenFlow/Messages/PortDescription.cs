using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>A port as controllers see it (OVS: <c>ofputil_phy_port</c>).</summary>
/// <param name="Name">At most 15 bytes; longer ones are cut.</param>
public sealed record PortDescription(OfpPort Port, MacAddress Address, string Name)
{
    public PortConfigurationBits Configuration { get; init; }
    public PortStateBits State { get; init; }
    public PortFeatures Current { get; init; }
    public PortFeatures Advertised { get; init; }
    public PortFeatures Supported { get; init; }
    public PortFeatures Peer { get; init; }

    /// <summary>Kilobits a second; OpenFlow 1.1 and later.</summary>
    public uint CurrentSpeed { get; init; }

    /// <inheritdoc cref="CurrentSpeed"/>
    public uint MaxSpeed { get; init; }
}
