using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>Which time of a <see cref="CtTimeouts"/> runs (OVS: <c>enum ct_timeout</c>).</summary>
internal enum CtTimeout : byte
{
    TcpFirstPacket, TcpOpening, TcpEstablished, TcpClosing, TcpFinWait, TcpClosed,
    OtherFirst, OtherMultiple, OtherBothWays,
    IcmpFirst, IcmpReply,
}

internal static class CtTimeoutValues
{
    /// <summary>Seconds.</summary>
    public static uint Of(this CtTimeouts policy, CtTimeout which) => which switch
    {
        CtTimeout.TcpFirstPacket => policy.TcpSynSentS,
        CtTimeout.TcpOpening => policy.TcpSynReceivedS,
        CtTimeout.TcpEstablished => policy.TcpEstablishedS,
        CtTimeout.TcpClosing => policy.TcpFinWaitS,
        CtTimeout.TcpFinWait => policy.TcpTimeWaitS,
        CtTimeout.TcpClosed => policy.TcpCloseS,
        CtTimeout.OtherFirst => policy.UdpFirstS,
        CtTimeout.OtherMultiple => policy.UdpSingleS,
        CtTimeout.OtherBothWays => policy.UdpMultipleS,
        CtTimeout.IcmpFirst => policy.IcmpFirstS,
        _ => policy.IcmpReplyS,
    };
}
