using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary>A request to set what <see cref="Mask"/> names of a port (OVS: <c>ofputil_port_mod</c>).</summary>
/// <param name="Address">Has to be the port's, or the request is wrong.</param>
public sealed record PortMod(OfpPort Port, MacAddress Address)
{
    public PortConfigurationBits Configuration { get; init; }
    public PortConfigurationBits Mask { get; init; }

    /// <summary>None leaves what is advertised.</summary>
    public PortFeatures Advertise { get; init; }
}
