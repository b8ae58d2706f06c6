namespace Fabric.Flow;

/// <summary>
/// State of one end of a tracked TCP connection; the numbers are OVS's (<c>CT_DPIF_TCPS_*</c>) and their order has meaning.
/// </summary>
public enum TcpConnectionState : byte
{
    Closed, Listen, SynSent, SynReceived, Established, CloseWait, FinWait1, Closing, LastAck, FinWait2, TimeWait,
}
