using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// UDP (RFC 768) over both families: bound ports, checksums, and port-unreachable for closed ones (at most 100 a second).
/// </summary>
internal sealed class UdpLayer(GuestCore core, IpLayer ip)
{
    private const int UnreachableBurst = 100;
    private const long UnreachableIntervalUs = 10_000;

    private readonly Dictionary<ushort, UdpSocket> _sockets = [];
    private long _unreachableDebtUs;

    public required Func<Icmp> Icmp { get; init; }

    public required Func<IcmpV6> IcmpV6 { get; init; }

    public UdpSocket? Bind(ushort port, IUdpReceiver receiver)
    {
        var socket = new UdpSocket(this, port, receiver);
        return _sockets.TryAdd(port, socket) ? socket : null;
    }

    public void Close(UdpSocket socket) => _sockets.Remove(socket.Port);

    public void Unbind(IUdpReceiver receiver)
    {
        foreach (var socket in _sockets.Values.Where(s => ReferenceEquals(s.Receiver, receiver)).ToArray()) Close(socket);
    }

    public bool TrySend(ushort sourcePort, IpAddress destination, ushort port, ReadOnlySpan<byte> payload, IpAddress? source = null)
    {
        if (!ip.TryBegin(source, destination, IpProtocol.Udp, UdpView.Size + payload.Length, out var draft)) return false;
        payload.CopyTo(draft.Payload[UdpView.Size..]);
        new UdpHeader(sourcePort, port, payload.Length).Emit(draft.Payload);
        if (destination.IsIpv4) UdpHeader.FillChecksum(draft.Payload, draft.Source.V4, destination.V4);
        else UdpHeader.FillChecksum(draft.Payload, draft.Source.V6, destination.V6);
        ip.Send(draft);
        return true;
    }

    public Verdict Receive(in IpArrival arrival)
    {
        if (!UdpView.TryParse(arrival.Payload, out var datagram)) return Verdict.Unwanted;
        if (!IsChecksumGood(arrival, datagram))
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        if (!_sockets.TryGetValue(datagram.DestinationPort, out var socket))
        {
            core.Counters.UdpClosedPort++;
            if (!arrival.IsGroup && MaySendUnreachable())
            {
                if (arrival.Source.IsIpv4) Icmp().SendPortUnreachable(arrival);
                else IcmpV6().SendPortUnreachable(arrival);
            }

            return Verdict.Unwanted;
        }

        core.Counters.UdpReceived++;
        socket.Receiver.Receive(socket, new UdpArrival
        {
            Source = arrival.Source,
            SourcePort = datagram.SourcePort,
            Destination = arrival.Destination,
            Payload = datagram.Payload,
            IsGroup = arrival.IsGroup,
            NowUs = core.NowUs,
        });
        return Verdict.Consumed;
    }

    public void Unreachable(ushort sourcePort, bool isPort)
    {
        if (isPort && _sockets.TryGetValue(sourcePort, out var socket)) socket.Unreachables++;
    }

    /// <summary>Zero means "none" in IPv4 and is an error in IPv6 (RFC 8200 section 8.1).</summary>
    private static bool IsChecksumGood(in IpArrival arrival, UdpView datagram) => arrival.Source.IsIpv4
        ? datagram.IsChecksumCorrect(arrival.Source.V4, arrival.Destination.V4)
        : datagram.Checksum != 0 && datagram.IsChecksumCorrect(arrival.Source.V6, arrival.Destination.V6);

    private bool MaySendUnreachable()
    {
        var debt = Math.Max(_unreachableDebtUs, core.NowUs - UnreachableBurst * UnreachableIntervalUs);
        if (debt + UnreachableIntervalUs > core.NowUs) return false;
        _unreachableDebtUs = debt + UnreachableIntervalUs;
        return true;
    }
}
