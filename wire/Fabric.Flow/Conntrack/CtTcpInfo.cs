namespace Fabric.Flow;

/// <summary>What a dump tells of a TCP connection; first the end that opened it.</summary>
/// <param name="OriginalFlags">OVS's <c>CT_DPIF_TCPF_*</c>: 1 window scale seen, 8 picked up in the middle.</param>
public readonly record struct CtTcpInfo(
    TcpConnectionState Original, TcpConnectionState Reply, byte OriginalScale, byte ReplyScale, byte OriginalFlags, byte ReplyFlags)
{
    /// <summary>One state for both ends, as the Linux kernel has it (OVS: <c>coalesce_tcp_state</c>).</summary>
    public TcpConnectionState Shown => Text.CtEntryText.Coalesce(this);

    public static string NameOf(TcpConnectionState state) => Text.CtEntryText.StateName(state);
}
