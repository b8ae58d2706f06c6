using System.Globalization;

namespace Fabric.Flow;

/// <summary>A port number of a datapath (OVS: <c>odp_port_t</c>). 0 is the datapath's own local port.</summary>
public readonly record struct OdpPort(uint Value)
{
    public static OdpPort Local => new(0);

    /// <summary>No port at all (OVS <c>ODPP_NONE</c>).</summary>
    public static OdpPort None => new(uint.MaxValue);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
