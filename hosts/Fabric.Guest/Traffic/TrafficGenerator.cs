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
        var isV4 = options.Destination.IsIpv4;
        _udpAt = IpProtocol.EthernetSize + (isV4 ? IpProtocol.Ipv4Size : IpProtocol.Ipv6Size);
        var udpSize = UdpLayer.HeaderSize + options.PayloadSize;
        _template = new byte[_udpAt + udpSize];
        WriteTemplate(source, udpSize);
        var pseudo = IpSum.Pseudo(source, options.Destination, IpProtocol.Udp, udpSize);
        _templateSum = IpSum.Add(pseudo, _template.AsSpan(_udpAt));
    }

    public TrafficOptions Options { get; }

    /// <summary>Datagrams made, those dropped in the guest's own queues included.</summary>
    public long Sent { get; private set; }

    /// <summary>Datagrams not made because ticks came too late for the rate.</summary>
    public long Skipped { get; private set; }

    /// <summary>No buffer was free.</summary>
    public long Failed { get; private set; }

    public bool IsDone { get; private set; }

    internal long NextDueUs =>
        IsDone ? long.MaxValue : _startedUs + ((Sent + Skipped + Failed - _owedBase) * 1_000_000 / Options.PacketsPerSecond) + 1;

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
        if (IsDone) return;
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
        BinaryPrimitives.WriteUInt32BigEndian(udp[(UdpLayer.HeaderSize + TrafficPayload.FlowAt)..], (uint)_flow);
        BinaryPrimitives.WriteUInt32BigEndian(udp[(UdpLayer.HeaderSize + TrafficPayload.SequenceAt)..], sequence);

        // Flow and sequence lie at even offsets, so their words join the sum unshifted.
        var sum = IpSum.Finish(_templateSum + sourcePort + port + (uint)_flow + sequence);
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], sum == 0 ? (ushort)0xffff : sum);
        if (++_flow == Options.FlowCount) _flow = 0;
        Sent++;
        if (Sent == Options.Count) IsDone = true;
        _ip.Transmit(frame, Options.Destination, _nextHop);
    }

    private void WriteTemplate(IpAddress source, int udpSize)
    {
        var b = _template.AsSpan();
        var isV4 = source.IsIpv4;
        IpLayer.WriteEthernet(b, _core.Options.Mac, isV4 ? IpProtocol.EtherIpv4 : IpProtocol.EtherIpv6);
        var ip = b[IpProtocol.EthernetSize.._udpAt];
        if (isV4) Ipv4Header.Write(ip, source.V4, Options.Destination.V4, IpProtocol.Udp, IpLayer.DefaultHopLimit, udpSize, 0x4000, 0);
        else Ipv6Header.Write(ip, source.V6, Options.Destination.V6, IpProtocol.Udp, IpLayer.DefaultHopLimit, udpSize);
        var udp = b[_udpAt..];
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udpSize);
        var payload = udp[UdpLayer.HeaderSize..];
        BinaryPrimitives.WriteUInt16BigEndian(payload, TrafficPayload.Magic);
        BinaryPrimitives.WriteUInt32BigEndian(payload[TrafficPayload.OverlayAt..], _core.OverlayHash);
        BinaryPrimitives.WriteUInt32BigEndian(payload[TrafficPayload.RunAt..], Options.RunId);
        for (var i = TrafficPayload.HeadSize; i < payload.Length; i++) payload[i] = TrafficPayload.Filler(i);
    }
}
