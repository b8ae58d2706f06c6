using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>ICMP for IPv4 (RFC 792): answers echo requests, reports closed ports, hears replies and errors.</summary>
internal sealed class Icmp(GuestCore core, IpLayer ip)
{
    /// <summary>What an error must quote beside the IP header, bytes.</summary>
    public const int QuotedPayload = 8;

    public required Pinger Pinger { get; init; }

    public required UnreachableNotes Unreachables { get; init; }

    public Verdict Receive(in IpArrival arrival)
    {
        if (!Icmpv4View.TryParse(arrival.Payload, out var message)) return Verdict.Unwanted;
        if (!message.IsChecksumCorrect)
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        switch (message.Type)
        {
            case Icmpv4View.EchoRequest when !arrival.IsGroup:
                return Answer(arrival, message);
            case Icmpv4View.EchoReply:
                return Pinger.Receive(arrival.Source, message.Identifier, message.Sequence, message.Payload);
            case Icmpv4View.DestinationUnreachable:
                if (!Ipv4View.TryParseHeader(message.Payload, out var quoted)) return Verdict.Unwanted;
                var isPort = message.Code == Icmpv4View.PortUnreachable;
                return Unreachables.Receive(quoted.Destination, quoted.Protocol, quoted.Payload, isPort);
            default:
                return Verdict.Unwanted;
        }
    }

    public void SendRequest(in PingProbe probe)
    {
        if (!ip.TryBegin(null, probe.Destination, IpProtocol.Icmp, Icmpv4View.Size + probe.Size, out var draft)) return;
        probe.WritePayload(draft.Payload[Icmpv4View.Size..]);
        Icmpv4Header.Echo(isReply: false, probe.Identifier, probe.Sequence).Emit(draft.Payload);
        ip.Send(draft);
    }

    /// <summary>Port unreachable, quoting the header and the first 8 bytes as RFC 792 asks.</summary>
    public void SendPortUnreachable(in IpArrival cause)
    {
        var quote = cause.Packet[..(cause.Packet.Length - cause.Payload.Length + Math.Min(QuotedPayload, cause.Payload.Length))];
        if (!ip.TryBegin(cause.Destination, cause.Source, IpProtocol.Icmp, Icmpv4View.Size + quote.Length, out var draft)) return;
        quote.CopyTo(draft.Payload[Icmpv4View.Size..]);
        new Icmpv4Header(Icmpv4View.DestinationUnreachable, Icmpv4View.PortUnreachable, 0).Emit(draft.Payload);
        ip.Send(draft);
        core.Counters.UnreachablesSent++;
    }

    private Verdict Answer(in IpArrival request, Icmpv4View message)
    {
        if (ProbePayload.IsForeign(message.Payload, core)) return Verdict.Unwanted;
        core.Counters.EchoRequests++;
        var size = request.Payload.Length;
        if (!ip.TryBegin(request.Destination, request.Source, IpProtocol.Icmp, size, out var draft)) return Verdict.Consumed;
        message.Payload.CopyTo(draft.Payload[Icmpv4View.Size..]);
        Icmpv4Header.Echo(isReply: true, message.Identifier, message.Sequence).Emit(draft.Payload);
        ip.Send(draft);
        return Verdict.Consumed;
    }
}
