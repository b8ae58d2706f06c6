using System.Globalization;
using System.Text;
using Fabric.Wire;

namespace Fabric.Flow.Text;

/// <summary>One line of <c>dpctl/dump-conntrack</c> (OVS: <c>ct_dpif_format_entry</c>).</summary>
internal static class CtEntryText
{
    private static readonly string[] s_states =
    [
        "CLOSED", "LISTEN", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "CLOSE_WAIT",
        "FIN_WAIT_1", "CLOSING", "LAST_ACK", "FIN_WAIT_2", "TIME_WAIT",
    ];

    public static string Print(CtEntry entry, bool isVerbose, bool withStatistics)
    {
        var text = new StringBuilder(ProtoName(entry.Original.Proto));
        text.Append(",orig=(");
        AppendTuple(text, entry.Original);
        text.Append("),reply=(");
        AppendTuple(text, entry.Reply);
        text.Append(')');
        // The userspace datapath keeps neither identifiers nor status bits, and OVS prints the zeros all the same.
        if (isVerbose) text.Append(",id=0");
        if (entry.Zone != 0) text.Append(CultureInfo.InvariantCulture, $",zone={entry.Zone}");
        if (isVerbose) text.Append(",status=0");
        if (withStatistics) text.Append(CultureInfo.InvariantCulture, $",timeout={entry.TimeoutS}");
        if (entry.Mark != 0) text.Append(CultureInfo.InvariantCulture, $",mark={entry.Mark}");
        if (entry.Label != 0) text.Append(",labels=").AppendHex(entry.Label);
        if (entry.Tcp is { } tcp) AppendTcp(text, tcp, isVerbose);
        return text.ToString();
    }

    /// <summary>One state for both ends, the Linux kernel's way (OVS: <c>coalesce_tcp_state</c>).</summary>
    public static TcpConnectionState Coalesce(CtTcpInfo tcp)
    {
        var state = tcp.Original > tcp.Reply ? tcp.Original : tcp.Reply;
        return state switch
        {
            TcpConnectionState.FinWait2 => TcpConnectionState.TimeWait,
            TcpConnectionState.SynReceived => TcpConnectionState.Established,
            _ => state,
        };
    }

    public static string StateName(TcpConnectionState state) => s_states[(int)state];

    public static string ProtoName(byte proto) => proto switch
    {
        IpProtocol.Icmp => "icmp",
        IpProtocol.Icmpv6 => "icmpv6",
        IpProtocol.Tcp => "tcp",
        IpProtocol.Udp => "udp",
        IpProtocol.Sctp => "sctp",
        IpProtocol.Igmp => "igmp",
        33 => "dccp",
        136 => "udplite",
        _ => proto.ToString(CultureInfo.InvariantCulture),
    };

    private static void AppendTuple(StringBuilder text, CtTuple tuple)
    {
        text.Append("src=");
        AppendAddress(text, tuple.Source);
        text.Append(",dst=");
        AppendAddress(text, tuple.Destination);
        if (tuple.IsIcmp) text.Append(CultureInfo.InvariantCulture, $",id={tuple.SourcePort},type={tuple.IcmpType},code={tuple.IcmpCode}");
        else text.Append(CultureInfo.InvariantCulture, $",sport={tuple.SourcePort},dport={tuple.DestinationPort}");
    }

    private static void AppendAddress(StringBuilder text, IpAddress address)
    {
        if (address.IsIpv4) text.Append(address.V4);
        else ValueText.AppendIpv6(text, new UInt128(address.V6.High, address.V6.Low));
    }

    private static void AppendTcp(StringBuilder text, CtTcpInfo tcp, bool isVerbose)
    {
        text.Append(",protoinfo=(");
        if (!isVerbose)
        {
            text.Append("state=").Append(StateName(Coalesce(tcp))).Append(')');
            return;
        }

        text.Append("state_orig=").Append(StateName(tcp.Original)).Append(",state_reply=").Append(StateName(tcp.Reply));
        if (tcp.OriginalScale != 0 || tcp.ReplyScale != 0)
            text.Append(CultureInfo.InvariantCulture, $",wscale_orig={tcp.OriginalScale},wscale_reply={tcp.ReplyScale}");
        text.Append(",flags_orig=").Append(Flags(tcp.OriginalFlags)).Append(",flags_reply=").Append(Flags(tcp.ReplyFlags)).Append(')');
    }

    private static string Flags(byte flags) => flags switch
    {
        0 => "0",
        1 => "WINDOW_SCALE",
        8 => "BE_LIBERAL",
        _ => "WINDOW_SCALE|BE_LIBERAL",
    };
}
