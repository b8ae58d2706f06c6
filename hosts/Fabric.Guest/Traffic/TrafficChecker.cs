using System.Buffers.Binary;

namespace Fabric.Guest;

/// <summary>
/// Judges the datagrams of one <see cref="TrafficGenerator"/>: every one received counts once as good, duplicated, late, corrupted or
/// misdelivered. Duplicates are known within a window per flow (1,024 sequence numbers up to 4,096 flows, else 64); older arrivals are
/// "late"
/// and stay on the list of losses.
/// </summary>
public sealed class TrafficChecker : IUdpReceiver
{
    private readonly GuestCore _core;
    private readonly TrafficOptions _options;
    private readonly ulong[] _windows;
    private readonly uint[] _next;
    private readonly byte[] _filler;
    private readonly int _windowWords;

    internal TrafficChecker(GuestCore core, TrafficOptions options)
    {
        _core = core;
        _options = options;
        _filler = TrafficPayload.Filler(options.PayloadSize);
        _windowWords = options.FlowCount <= 4096 ? 16 : 1;
        _windows = new ulong[options.FlowCount * _windowWords];
        _next = new uint[options.FlowCount];
    }

    /// <summary>Every datagram that arrived on the checker's ports.</summary>
    public long Received { get; private set; }

    /// <summary>Distinct good datagrams.</summary>
    public long Good { get; private set; }

    public long Duplicated { get; private set; }

    /// <summary>Good ones that arrived after a later one of their flow.</summary>
    public long Reordered { get; private set; }

    public long Late { get; private set; }

    /// <summary>Good checksum but wrong contents: not what the generator wrote.</summary>
    public long Corrupted { get; private set; }

    /// <summary>From another run or another overlay.</summary>
    public long Misdelivered { get; private set; }

    /// <summary>Time of the first and last good datagram, µs; 0 before.</summary>
    public long FirstUs { get; private set; }

    public long LastUs { get; private set; }

    /// <summary>Gaps seen so far; what is lost at the very end shows in <see cref="LostOf"/> only.</summary>
    public long Missing
    {
        get
        {
            long expected = 0;
            foreach (var next in _next) expected += next;
            return expected - Good;
        }
    }

    /// <summary>Lost of <paramref name="sent"/> datagrams once the network is drained.</summary>
    public long LostOf(long sent) => sent - Good;

    void IUdpReceiver.Receive(UdpSocket socket, in UdpArrival arrival)
    {
        Received++;
        var payload = arrival.Payload;
        if (payload.Length < TrafficPayload.HeadSize || BinaryPrimitives.ReadUInt16BigEndian(payload) != TrafficPayload.Magic)
        {
            Corrupted++;
            return;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(payload[TrafficPayload.OverlayAt..]) != _core.OverlayHash
            || BinaryPrimitives.ReadUInt32BigEndian(payload[TrafficPayload.RunAt..]) != _options.RunId)
        {
            Misdelivered++;
            _core.Counters.Misdelivered++;
            return;
        }

        var flow = BinaryPrimitives.ReadUInt32BigEndian(payload[TrafficPayload.FlowAt..]);
        if (!IsAsWritten(payload, flow, arrival.SourcePort, socket.Port))
        {
            Corrupted++;
            return;
        }

        Count((int)flow, BinaryPrimitives.ReadUInt32BigEndian(payload[TrafficPayload.SequenceAt..]), arrival.NowUs);
    }

    private bool IsAsWritten(ReadOnlySpan<byte> payload, uint flow, ushort sourcePort, ushort port)
    {
        if (payload.Length != _options.PayloadSize || flow >= (uint)_options.FlowCount) return false;
        if (sourcePort != TrafficOptions.SourcePorts + flow % TrafficOptions.SourcePorts) return false;
        if (port != _options.DestinationPort + flow / TrafficOptions.SourcePorts) return false;
        return payload[TrafficPayload.HeadSize..].SequenceEqual(_filler);
    }

    private void Count(int flow, uint sequence, long nowUs)
    {
        var window = _windows.AsSpan(flow * _windowWords, _windowWords);
        var bits = (uint)_windowWords * 64;
        ref var next = ref _next[flow];
        if (sequence >= next)
        {
            // Slots between the old and the new end now stand for numbers not seen yet.
            if (sequence - next >= bits) window.Clear();
            else for (var s = next; s < sequence; s++) window[(int)(s % bits >> 6)] &= ~(1UL << (int)(s & 63));
            next = sequence + 1;
        }
        else
        {
            if (next - sequence > bits)
            {
                Late++;
                return;
            }

            if ((window[(int)(sequence % bits >> 6)] & 1UL << (int)(sequence & 63)) != 0)
            {
                Duplicated++;
                return;
            }

            Reordered++;
        }

        window[(int)(sequence % bits >> 6)] |= 1UL << (int)(sequence & 63);
        if (Good++ == 0) FirstUs = nowUs;
        LastUs = nowUs;
    }
}
