using System.Buffers.Binary;

namespace Fabric.Guest;

/// <summary>ICMP for IPv4 (RFC 792): answers echo requests, reports closed ports, hears replies and errors.</summary>
internal sealed class Icmp(GuestCore core, IpLayer ip)
{
    public const int EchoHeaderSize = 8;
    private const byte EchoReply = 0;
    private const byte Unreachable = 3;
    private const byte EchoRequest = 8;
    private const byte PortUnreachable = 3;

    public required Pinger Pinger { get; init; }

    public required UnreachableNotes Unreachables { get; init; }

    public Verdict Receive(in IpArrival arrival)
    {
        var message = arrival.Payload;
        if (message.Length < EchoHeaderSize) return Verdict.Unwanted;
        if (IpSum.Of(message) != 0)
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        switch (message[0])
        {
            case EchoRequest when !arrival.IsGroup:
                return Answer(arrival);
            case EchoReply:
                return Pinger.Receive(arrival.Source, message);
            case Unreachable when message.Length >= 8 + 20:
                var quoted = message[8..];
                var headerSize = (quoted[0] & 15) * 4;
                if (quoted.Length < headerSize + 8) return Verdict.Unwanted;
                return Unreachables.Receive(Wire.Ipv4Address.Read(quoted[16..]), quoted[9], quoted[headerSize..],
                    message[1] == PortUnreachable);
            default:
                return Verdict.Unwanted;
        }
    }

    public void SendRequest(in PingProbe probe)
    {
        if (!ip.TryBegin(null, probe.Destination, IpProtocol.Icmp, EchoHeaderSize + probe.Size, out var draft)) return;
        draft.Payload[0] = EchoRequest;
        probe.Write(draft.Payload);
        Finish(draft);
    }

    /// <summary>Port unreachable, quoting the header and the first 8 bytes as RFC 792 asks.</summary>
    public void SendPortUnreachable(in IpArrival cause)
    {
        var quote = cause.Packet[..Math.Min(cause.Packet.Length, cause.Packet.Length - cause.Payload.Length + 8)];
        if (!ip.TryBegin(cause.Destination, cause.Source, IpProtocol.Icmp, 8 + quote.Length, out var draft)) return;
        draft.Payload[..8].Clear();
        draft.Payload[0] = Unreachable;
        draft.Payload[1] = PortUnreachable;
        quote.CopyTo(draft.Payload[8..]);
        Finish(draft);
        core.Counters.UnreachablesSent++;
    }

    private Verdict Answer(in IpArrival request)
    {
        if (ProbePayload.IsForeign(request.Payload[EchoHeaderSize..], core)) return Verdict.Unwanted;
        core.Counters.EchoRequests++;
        if (!ip.TryBegin(request.Destination, request.Source, IpProtocol.Icmp, request.Payload.Length, out var draft))
            return Verdict.Consumed;
        request.Payload.CopyTo(draft.Payload);
        draft.Payload[0] = EchoReply;
        draft.Payload[1] = 0;
        Finish(draft);
        return Verdict.Consumed;
    }

    private void Finish(in IpDraft draft)
    {
        BinaryPrimitives.WriteUInt16BigEndian(draft.Payload[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(draft.Payload[2..], IpSum.Of(draft.Payload));
        ip.Send(draft);
    }
}
