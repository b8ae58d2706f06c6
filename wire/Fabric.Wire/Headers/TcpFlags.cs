namespace Fabric.Wire;

/// <summary>Control bits (RFC 9293 section 3.1; ECE and CWR RFC 3168; NS RFC 3540), as in OVS <c>tcp_flags</c>.</summary>
[Flags]
public enum TcpFlags : ushort
{
    None = 0,
    Fin = 1 << 0,
    Syn = 1 << 1,
    Rst = 1 << 2,
    Psh = 1 << 3,
    Ack = 1 << 4,
    Urg = 1 << 5,
    Ece = 1 << 6,
    Cwr = 1 << 7,
    Ns = 1 << 8,
}
