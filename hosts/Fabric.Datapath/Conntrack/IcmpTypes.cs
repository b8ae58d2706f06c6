using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>Which ICMP messages ask, answer or report (RFC 792, RFC 4443), as OVS's tracker sorts them.</summary>
internal static class IcmpTypes
{
    private const byte EchoReply = 0, Unreachable = 3, SourceQuench = 4, Redirect = 5, EchoRequest = 8;
    private const byte TimeExceeded = 11, ParameterProblem = 12;
    private const byte TimestampRequest = 13, TimestampReply = 14, InformationRequest = 15, InformationReply = 16;
    private const byte EchoRequestV6 = 128, EchoReplyV6 = 129;

    /// <summary>The type of the answer to a question, and the other way round; false for anything else.</summary>
    public static bool TryReverse(byte proto, byte type, out byte reversed)
    {
        int opposite = (proto, type) switch
        {
            (IpProtocol.Icmp, EchoRequest) => EchoReply,
            (IpProtocol.Icmp, EchoReply) => EchoRequest,
            (IpProtocol.Icmp, TimestampRequest) => TimestampReply,
            (IpProtocol.Icmp, TimestampReply) => TimestampRequest,
            (IpProtocol.Icmp, InformationRequest) => InformationReply,
            (IpProtocol.Icmp, InformationReply) => InformationRequest,
            (IpProtocol.Icmpv6, EchoRequestV6) => EchoReplyV6,
            (IpProtocol.Icmpv6, EchoReplyV6) => EchoRequestV6,
            _ => -1,
        };
        reversed = (byte)opposite;
        return opposite >= 0;
    }

    /// <summary>Only a question may begin a connection.</summary>
    public static bool IsRequest(byte proto, byte type) => proto == IpProtocol.Icmp
        ? type is EchoRequest or TimestampRequest or InformationRequest
        : type == EchoRequestV6;

    /// <summary>A report about another packet, which it carries the beginning of.</summary>
    public static bool IsError(byte proto, byte type) => proto == IpProtocol.Icmp
        ? type is Unreachable or TimeExceeded or ParameterProblem or SourceQuench or Redirect
        : type is >= 1 and <= 4;
}
