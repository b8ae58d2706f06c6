using Fabric.Flow;

namespace Fabric.Tunnels;

/// <summary>
/// A logical tunnel port of the datapath. As in OVS there is one for each pair of type and UDP port (<c>vxlan_sys_4789</c>,
/// <c>genev_sys_6081</c>), shared by all remote ends and VNIs.
/// </summary>
/// <param name="UdpPort">Where it listens, and the outer destination port unless the tunnel metadata names another; 0 for NVGRE.</param>
/// <param name="GroupPolicy">VXLAN only: the group policy extension is on (OVS <c>options:exts=gbp</c>).</param>
/// <param name="ZeroChecksumIpv6">
/// Over IPv6, send UDP checksum zero unless asked for one, and accept it (RFC 6935 section 5; RFC 6936 section 4 wants it off by default).
/// </param>
public sealed record TunnelPort(
    OdpPort Port, string Name, TunnelType Type, ushort UdpPort, bool GroupPolicy = false, bool ZeroChecksumIpv6 = false)
{
    /// <summary>
    /// Take packets of any VNI from anybody: what rules make of them decides, as in OVS. Otherwise only known peers pass.
    /// </summary>
    public bool AcceptsAll { get; init; }
}
