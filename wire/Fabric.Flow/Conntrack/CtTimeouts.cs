namespace Fabric.Flow;

/// <summary>
/// A time-out policy: seconds that a connection in a state may idle. Defaults and names are those of OVS's userspace datapath
/// (<c>lib/conntrack-tp.c</c>, <c>CT_DPIF_TP_ATTR_*</c>), whose state machine knows only these.
/// </summary>
public sealed record CtTimeouts
{
    public static CtTimeouts Default { get; } = new();

    /// <summary>After the first packet of a TCP connection.</summary>
    public uint TcpSynSentS { get; init; } = 30;

    /// <summary>While the connection opens.</summary>
    public uint TcpSynReceivedS { get; init; } = 30;
    public uint TcpEstablishedS { get; init; } = 24 * 60 * 60;

    /// <summary>One end has closed.</summary>
    public uint TcpFinWaitS { get; init; } = 15 * 60;

    /// <summary>Both ends have closed, not all is acknowledged.</summary>
    public uint TcpTimeWaitS { get; init; } = 45;

    /// <summary>Over, or reset.</summary>
    public uint TcpCloseS { get; init; } = 30;
    public uint UdpFirstS { get; init; } = 60;

    /// <summary>Several packets one way.</summary>
    public uint UdpSingleS { get; init; } = 60;

    /// <summary>Packets both ways.</summary>
    public uint UdpMultipleS { get; init; } = 30;
    public uint IcmpFirstS { get; init; } = 60;
    public uint IcmpReplyS { get; init; } = 30;

    /// <summary>
    /// Changes the value with this name of the database's <c>CT_Timeout_Policy.timeouts</c>; a name that only other datapaths know changes
    /// nothing, as in OVS.
    /// </summary>
    public CtTimeouts With(string name, uint seconds) => name switch
    {
        "tcp_syn_sent" => this with { TcpSynSentS = seconds },
        "tcp_syn_recv" => this with { TcpSynReceivedS = seconds },
        "tcp_established" => this with { TcpEstablishedS = seconds },
        "tcp_fin_wait" => this with { TcpFinWaitS = seconds },
        "tcp_time_wait" => this with { TcpTimeWaitS = seconds },
        "tcp_close" => this with { TcpCloseS = seconds },
        "udp_first" => this with { UdpFirstS = seconds },
        "udp_single" => this with { UdpSingleS = seconds },
        "udp_multiple" => this with { UdpMultipleS = seconds },
        "icmp_first" => this with { IcmpFirstS = seconds },
        "icmp_reply" => this with { IcmpReplyS = seconds },
        _ => this,
    };
}
