using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>ICMPv6 (RFC 4443): echo both ways, closed ports; hands neighbour discovery on.</summary>
internal sealed class IcmpV6(GuestCore core, IpLayer ip)
{
    /// <summary>Code of "destination unreachable": RFC 4443 section 3.1.</summary>
    private const byte PortUnreachable = 4;

    /// <summary>An error must fit the minimum MTU (RFC 4443 section 2.4 c).</summary>
    private const int MaxQuote = 1280 - Ipv6View.Size - Icmpv6View.Size;

    public required Pinger Pinger { get; init; }

    public required Func<NeighbourDiscovery> Discovery { get; init; }

    public required UnreachableNotes Unreachables { get; init; }

    public Verdict Receive(in IpArrival arrival)
    {
        if (!Icmpv6View.TryParse(arrival.Payload, out var message)) return Verdict.Unwanted;
        if (!message.IsChecksumCorrect(arrival.Source.V6, arrival.Destination.V6))
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        switch (message.Type)
        {
            case Icmpv6View.EchoRequest:
                return Answer(arrival, message);
            case Icmpv6View.EchoReply:
                return Pinger.Receive(arrival.Source, message.Identifier, message.Sequence, message.Payload);
            case Icmpv6View.NeighbourSolicitation or Icmpv6View.NeighbourAdvertisement:
                return Discovery().Receive(arrival);
            case Icmpv6View.DestinationUnreachable:
                if (!Ipv6View.TryParseHeader(message.Payload, out var quoted)) return Verdict.Unwanted;
                return Unreachables.Receive(quoted.Destination, quoted.NextHeader, quoted.Payload, message.Code == PortUnreachable);
            default:
                return Verdict.Unwanted;
        }
    }

    public void SendRequest(in PingProbe probe)
    {
        if (!ip.TryBegin(null, probe.Destination, IpProtocol.Icmpv6, Icmpv6View.Size + probe.Size, out var draft)) return;
        probe.WritePayload(draft.Payload[Icmpv6View.Size..]);
        Send(draft, Icmpv6Header.Echo(isReply: false, probe.Identifier, probe.Sequence));
    }

    public void SendPortUnreachable(in IpArrival cause)
    {
        var quote = cause.Packet[..Math.Min(cause.Packet.Length, MaxQuote)];
        if (!ip.TryBegin(cause.Destination, cause.Source, IpProtocol.Icmpv6, Icmpv6View.Size + quote.Length, out var draft)) return;
        quote.CopyTo(draft.Payload[Icmpv6View.Size..]);
        Send(draft, new Icmpv6Header(Icmpv6View.DestinationUnreachable, PortUnreachable, 0));
        core.Counters.UnreachablesSent++;
    }

    private Verdict Answer(in IpArrival request, Icmpv6View message)
    {
        if (ProbePayload.IsForeign(message.Payload, core)) return Verdict.Unwanted;
        core.Counters.EchoRequests++;
        IpAddress? source = request.IsGroup ? null : request.Destination;
        if (!ip.TryBegin(source, request.Source, IpProtocol.Icmpv6, request.Payload.Length, out var draft)) return Verdict.Consumed;
        message.Payload.CopyTo(draft.Payload[Icmpv6View.Size..]);
        Send(draft, Icmpv6Header.Echo(isReply: true, message.Identifier, message.Sequence));
        return Verdict.Consumed;
    }

    private void Send(in IpDraft draft, Icmpv6Header header)
    {
        header.Emit(draft.Payload, draft.Source.V6, draft.Destination.V6);
        ip.Send(draft);
    }
}
