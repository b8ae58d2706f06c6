using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// Emits the datagrams of <see cref="TrafficOptions"/> at its rate. Each is a copy of one prepared frame with ports, flow and sequence
/// filled
/// in; the UDP checksum is the prepared sum plus those words, so the cost is the copy.
/// </summary>
public sealed class TrafficGenerator
{
    private readonly GuestCore _core;
    private readonly IpLayer _ip;
    private readonly byte[] _template;
    private readonly ulong _templateSum;
    private readonly int _udpAt;
    private readonly uint[] _sequences;
    private readonly IpAddress _nextHop;
    private readonly long _startedUs;
    private long _owedBase;
    private int _flow;

    internal TrafficGenerator(GuestCore core, IpLayer ip, TrafficOptions options, IpAddress source, IpAddress nextHop)
    {
        _core = core;
        _ip = ip;
        Options = options;
        _nextHop = nextHop;
        _startedUs = core.NowUs;
        _sequences = new uint[options.FlowCount];
        _udpAt = EthernetView.Size + options.Destination.HeaderSize;
        var udpSize = UdpView.Size + options.PayloadSize;
        _template = new byte[_udpAt + udpSize];
        WriteTemplate(source, udpSize);
        _templateSum = source.PseudoHeaderTo(options.Destination, IpProtocol.Udp, udpSize) + InternetChecksum.Sum(_template.AsSpan(_udpAt));
    }

    public TrafficOptions Options { get; }

    /// <summary>Datagrams made, those dropped in the guest's own queues included.</summary>
    public long Sent { get; private set; }

    /// <summary>Datagrams not made because ticks came too late for the rate.</summary>
    public long Skipped { get; private set; }

    /// <summary>No buffer was free.</summary>
    public long Failed { get; private set; }

    public bool IsDone { get; private set; }

    internal long NextDueUs => IsDone || Options.PacketsPerSecond == 0
        ? long.MaxValue
        : _startedUs + ((Sent + Skipped + Failed - _owedBase) * 1_000_000 / Options.PacketsPerSecond) + 1;

    /// <summary>Emits up to <paramref name="frames"/> datagrams now, whatever the rate; for closed-loop load.</summary>
    /// <returns>Datagrams emitted.</returns>
    public int Emit(int frames, long nowUs)
    {
        _core.NowUs = nowUs;
        var before = Sent;
        for (var i = 0; i < frames && !IsDone; i++) EmitOne();
        var emitted = (int)(Sent - before);
        _owedBase += emitted;
        return emitted;
    }

    public void Stop() => IsDone = true;

    internal void Tick()
    {
        if (IsDone || Options.PacketsPerSecond == 0) return;
        var owed = (_core.NowUs - _startedUs) * Options.PacketsPerSecond / 1_000_000 - (Sent + Skipped + Failed - _owedBase);
        var burst = (int)Math.Min(owed, Options.MaxBurst);
        for (var i = 0; i < burst && !IsDone; i++) EmitOne();
        if (owed > burst && !IsDone) Skipped += owed - burst;
    }

    private void EmitOne()
    {
        if (!_core.TryCreate(_template.Length, out var frame))
        {
            Failed++;
            return;
        }

        var b = frame.Bytes;
        _template.CopyTo(b);
        var udp = b[_udpAt..];
        var sourcePort = (ushort)(TrafficOptions.SourcePorts + _flow % TrafficOptions.SourcePorts);
        var port = (ushort)(Options.DestinationPort + _flow / TrafficOptions.SourcePorts);
        var sequence = _sequences[_flow]++;
        BinaryPrimitives.WriteUInt16BigEndian(udp, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], port);
        var numbers = udp.Slice(UdpView.Size + TrafficPayload.FlowAt, TrafficPayload.NumbersSize);
        BinaryPrimitives.WriteUInt64BigEndian(numbers, (ulong)_flow << 32 | sequence);

        // Ports, flow and sequence are zero in the template and lie at even offsets, so their sums add up.
        var checksum = InternetChecksum.Finish(_templateSum + InternetChecksum.Sum(udp[..4]) + InternetChecksum.Sum(numbers));
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpView.ChecksumOffset..], checksum == 0 ? ushort.MaxValue : checksum);
        if (++_flow == Options.FlowCount) _flow = 0;
        Sent++;
        if (Sent == Options.Count) IsDone = true;
        _ip.Transmit(frame, Options.Destination, _nextHop);
    }

    private void WriteTemplate(IpAddress source, int udpSize)
    {
        var ip = _template.AsSpan(EthernetView.Size);
        var (from, to) = (source, Options.Destination);
        var type = from.IsIpv4 ? EtherType.Ipv4 : EtherType.Ipv6;
        new EthernetHeader(MacAddress.Zero, _core.Options.Mac, type).Emit(_template);
        if (from.IsIpv4) new Ipv4Header(from.V4, to.V4, IpProtocol.Udp, udpSize, DontFragment: true).Emit(ip);
        else new Ipv6Header(from.V6, to.V6, IpProtocol.Udp, udpSize).Emit(ip);
        new UdpHeader(0, 0, Options.PayloadSize).Emit(_template.AsSpan(_udpAt));
        var payload = _template.AsSpan(_udpAt + UdpView.Size);
        BinaryPrimitives.WriteUInt16BigEndian(payload, TrafficPayload.Magic);
        BinaryPrimitives.WriteUInt32BigEndian(payload[TrafficPayload.OverlayAt..], _core.OverlayHash);
        BinaryPrimitives.WriteUInt32BigEndian(payload[TrafficPayload.RunAt..], Options.RunId);
        TrafficPayload.Filler(payload.Length).CopyTo(payload[TrafficPayload.HeadSize..]);
    }
}
