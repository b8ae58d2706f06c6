namespace Fabric.OpenFlow;

/// <summary>How a controller wants its packet-ins (OVS: <c>ofputil_packet_in_format</c>); the numbers are those of the wire.</summary>
public enum PacketInFormat
{
    Standard = 0,
    Nicira = 1,
    Nicira2 = 2,
}
