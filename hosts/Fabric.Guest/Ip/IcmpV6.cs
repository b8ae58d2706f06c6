using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>ICMPv6 (RFC 4443): echo both ways, closed ports; hands neighbour discovery on.</summary>
internal sealed class IcmpV6(GuestCore core, IpLayer ip)
{
    private const byte Unreachable = 1;
    private const byte PortUnreachable = 4;
    private const byte EchoRequest = 128;
    private const byte EchoReply = 129;

    public required Pinger Pinger { get; init; }

    public required Func<NeighbourDiscovery> Discovery { get; init; }

    public required UnreachableNotes Unreachables { get; init; }

    public Verdict Receive(in IpArrival arrival)
    {
        var message = arrival.Payload;
        if (message.Length < 8) return Verdict.Unwanted;
        var pseudo = IpSum.Pseudo(arrival.Source, arrival.Destination, IpProtocol.IcmpV6, message.Length);
        if (IpSum.Finish(IpSum.Add(pseudo, message)) != 0)
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        switch (message[0])
        {
            case EchoRequest:
                return Answer(arrival);
            case EchoReply:
                return Pinger.Receive(arrival.Source, message);
            case NeighbourDiscovery.Solicitation:
                return Discovery().ReceiveSolicitation(arrival);
            case NeighbourDiscovery.Advertisement:
                return Discovery().ReceiveAdvertisement(arrival);
            case Unreachable when message.Length >= 8 + 40 + 8:
                var quoted = message[8..];
                return Unreachables.Receive(Wire.Ipv6Address.Read(quoted[24..]), quoted[6], quoted[40..], message[1] == PortUnreachable);
            default:
                return Verdict.Unwanted;
        }
    }

    public void SendRequest(in PingProbe probe)
    {
        if (!ip.TryBegin(null, probe.Destination, IpProtocol.IcmpV6, Icmp.EchoHeaderSize + probe.Size, out var draft)) return;
        draft.Payload[0] = EchoRequest;
        probe.Write(draft.Payload);
        Finish(draft);
    }

    /// <summary>Quotes as much of the packet as fits the minimum MTU of 1280 (RFC 4443 section 2.4 c).</summary>
    public void SendPortUnreachable(in IpArrival cause)
    {
        var quote = cause.Packet[..Math.Min(cause.Packet.Length, 1280 - 48)];
        if (!ip.TryBegin(cause.Destination, cause.Source, IpProtocol.IcmpV6, 8 + quote.Length, out var draft)) return;
        draft.Payload[..8].Clear();
        draft.Payload[0] = Unreachable;
        draft.Payload[1] = PortUnreachable;
        quote.CopyTo(draft.Payload[8..]);
        Finish(draft);
        core.Counters.UnreachablesSent++;
    }

    /// <summary>Fills in the checksum over the pseudo-header and sends.</summary>
    public void Finish(in IpDraft draft)
    {
        BinaryPrimitives.WriteUInt16BigEndian(draft.Payload[2..], 0);
        var pseudo = IpSum.Pseudo(draft.Source, draft.Destination, IpProtocol.IcmpV6, draft.Payload.Length);
        BinaryPrimitives.WriteUInt16BigEndian(draft.Payload[2..], IpSum.Finish(IpSum.Add(pseudo, draft.Payload)));
        ip.Send(draft);
    }

    private Verdict Answer(in IpArrival request)
    {
        if (ProbePayload.IsForeign(request.Payload[Icmp.EchoHeaderSize..], core)) return Verdict.Unwanted;
        core.Counters.EchoRequests++;
        IpAddress? source = request.IsGroup ? null : request.Destination;
        if (!ip.TryBegin(source, request.Source, IpProtocol.IcmpV6, request.Payload.Length, out var draft)) return Verdict.Consumed;
        request.Payload.CopyTo(draft.Payload);
        draft.Payload[0] = EchoReply;
        draft.Payload[1] = 0;
        Finish(draft);
        return Verdict.Consumed;
    }
}
