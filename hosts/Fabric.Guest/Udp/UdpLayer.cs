using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// UDP (RFC 768) over both families: bound ports, checksums, and port-unreachable for closed ones (at most 100 a second).
/// </summary>
internal sealed class UdpLayer(GuestCore core, IpLayer ip)
{
    public const int HeaderSize = 8;
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
        if (!ip.TryBegin(source, destination, IpProtocol.Udp, HeaderSize + payload.Length, out var draft)) return false;
        payload.CopyTo(draft.Payload[HeaderSize..]);
        WriteHeader(draft.Payload, sourcePort, port, draft.Source, destination);
        ip.Send(draft);
        return true;
    }

    public Verdict Receive(in IpArrival arrival)
    {
        var datagram = arrival.Payload;
        if (datagram.Length < HeaderSize) return Verdict.Unwanted;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[4..]);
        if (length < HeaderSize || length > datagram.Length) return Verdict.Unwanted;
        datagram = datagram[..length];
        if (!IsChecksumGood(arrival, datagram))
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        if (!_sockets.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]), out var socket))
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
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(datagram),
            Destination = arrival.Destination,
            Payload = datagram[HeaderSize..],
            IsGroup = arrival.IsGroup,
            NowUs = core.NowUs,
        });
        return Verdict.Consumed;
    }

    public void Unreachable(ushort sourcePort, bool isPort)
    {
        if (isPort && _sockets.TryGetValue(sourcePort, out var socket)) socket.Unreachables++;
    }

    private static void WriteHeader(Span<byte> datagram, ushort sourcePort, ushort port, IpAddress source, IpAddress destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], 0);
        var sum = IpSum.Finish(IpSum.Add(IpSum.Pseudo(source, destination, IpProtocol.Udp, datagram.Length), datagram));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], sum == 0 ? (ushort)0xffff : sum);
    }

    /// <summary>Zero means "none" in IPv4 and is an error in IPv6 (RFC 8200 section 8.1).</summary>
    private static bool IsChecksumGood(in IpArrival arrival, ReadOnlySpan<byte> datagram)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]) == 0) return arrival.Source.IsIpv4;
        var pseudo = IpSum.Pseudo(arrival.Source, arrival.Destination, IpProtocol.Udp, datagram.Length);
        return IpSum.Finish(IpSum.Add(pseudo, datagram)) == 0;
    }

    private bool MaySendUnreachable()
    {
        var debt = Math.Max(_unreachableDebtUs, core.NowUs - UnreachableBurst * UnreachableIntervalUs);
        if (debt + UnreachableIntervalUs > core.NowUs) return false;
        _unreachableDebtUs = debt + UnreachableIntervalUs;
        return true;
    }
}
