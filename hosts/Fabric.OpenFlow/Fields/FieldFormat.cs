namespace Fabric.OpenFlow;

/// <summary>How a field's value is written in text (OVS: <c>enum mf_string</c>).</summary>
public enum FieldFormat
{
    Decimal, Hexadecimal, Mac, Ipv4, Ipv6, Port, Fragment, TcpFlags, ConnectionState, TunnelFlags, PacketType,
}
