using System.Diagnostics.CodeAnalysis;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// The network stack of one virtual machine with one interface. It stands for what a tenant's kernel would put on its virtual function, so
/// that
/// the fabric below carries packets that a stock stack would send and judge: resolution before the first packet, checksums on everything,
/// errors for closed ports. One owner drives it: <see cref="Receive"/> takes frames, <see cref="Tick"/> passes time, and
/// <see cref="TryTakeOutput"/> yields frames; a turn of the first two never blocks.
/// <para>Properties:
/// G1 every received frame is judged exactly once: consumed, not mine, or unwanted; a fragment is queued until its datagram is judged.
/// G2 after every turn <c>Account.Imbalance(QueuedFrames)</c> is 0.
/// G3 nothing is sent to an address before it is resolved, and nobody is asked more than once a second.
/// G4 an echo or datagram with a wrong checksum, length or foreign address causes no answer and no result.
/// G5 a probe sent in another overlay is counted as misdelivered and never as received.
/// G6 answering echoes, generating and checking traffic allocates nothing once neighbours are known.
/// G7 queues, caches and reassembly are bounded by <see cref="GuestOptions"/>.
/// </para>
/// Not modelled: TCP, path MTU discovery, duplicate address detection, router advertisements, multicast listener reports, VLANs, IPv4
/// options
/// beyond being skipped. All times are microseconds of the caller's clock, because round-trip times are.
/// </summary>
public sealed class GuestStack
{
    private readonly GuestCore _core;
    private readonly NeighbourCache _neighbours;
    private readonly Reassembly _reassembly;
    private readonly IpLayer _ip;
    private readonly IpReceiver _receiver;
    private readonly Arp _arp;
    private readonly NeighbourDiscovery _discovery;
    private readonly Icmp _icmp;
    private readonly IcmpV6 _icmpV6;
    private readonly UdpLayer _udp;
    private readonly Pinger _pinger;
    private readonly List<TrafficGenerator> _generators = [];

    public GuestStack(GuestOptions options, FramePool pool)
    {
        if (options.Mtu < 1280 || options.Mtu > pool.MaxFrameSize - EthernetView.Size)
        {
            throw new ArgumentException(
                $"{options.Name}: mtu {options.Mtu} is not within 1280 and {pool.MaxFrameSize - EthernetView.Size}", nameof(options));
        }

        _core = new GuestCore(options, pool);
        _neighbours = new NeighbourCache(_core) { Solicit = Solicit, Resolved = (address, tookUs) => _pinger!.OnResolved(address, tookUs) };
        _reassembly = new Reassembly(_core);
        _ip = new IpLayer(_core) { Neighbours = _neighbours };
        _arp = new Arp(_core) { Neighbours = _neighbours };
        _pinger = new Pinger(_core)
        {
            SendProbe = probe => { if (probe.Destination.IsIpv4) _icmp!.SendRequest(probe); else _icmpV6!.SendRequest(probe); },
            Route = destination => _ip.TryRoute(destination, out _, out var nextHop) ? nextHop : null,
            IsNeighbourKnown = address => IpLayer.NeedsNoNeighbour(address) || _neighbours.IsKnown(address),
        };
        _udp = new UdpLayer(_core, _ip) { Icmp = () => _icmp!, IcmpV6 = () => _icmpV6! };
        var unreachables = new UnreachableNotes(_core, _pinger, _udp);
        _icmp = new Icmp(_core, _ip) { Pinger = _pinger, Unreachables = unreachables };
        _icmpV6 = new IcmpV6(_core, _ip) { Pinger = _pinger, Unreachables = unreachables, Discovery = () => _discovery! };
        _discovery = new NeighbourDiscovery(_core, _ip) { Neighbours = _neighbours };
        _receiver = new IpReceiver(_core, _reassembly) { Icmp = _icmp, IcmpV6 = _icmpV6, Udp = _udp };
        _udp.Bind(UdpEcho.Port, new UdpEcho(_udp));
    }

    public GuestOptions Options => _core.Options;

    /// <summary>The interface's address now.</summary>
    public MacAddress Mac => _core.Options.Mac;

    public FrameAccount Account => _core.Account;

    public GuestCounters Counters => _core.Counters;

    /// <summary>Made from the MAC (RFC 4291 appendix A).</summary>
    public Ipv6Address LinkLocal => _core.LinkLocal;

    /// <summary>Frames inside: output not taken, waiting for resolution, or part of an incomplete datagram.</summary>
    public int QueuedFrames => _core.QueuedFrames + _neighbours.PendingFrames + _reassembly.HeldFrames;

    /// <summary>Those of <see cref="QueuedFrames"/> whose buffers are back in the pool: fragments, kept as copies.</summary>
    public int HeldFragments => _reassembly.HeldFrames;

    public IEnumerable<GuestNeighbour> Neighbours => _neighbours.All;

    /// <summary>Announces our addresses: gratuitous ARP and unsolicited advertisements. Once, when the interface comes up.</summary>
    public void Boot(long nowUs)
    {
        _core.NowUs = nowUs;
        _arp.Announce();
        _discovery.Announce();
    }

    /// <summary>
    /// Another address, announced as at boot. The link-local address stays, as on an interface that is not taken down; traffic that is
    /// being generated keeps the address it began with.
    /// </summary>
    public void ChangeMac(MacAddress mac, long nowUs)
    {
        _core.Options = _core.Options with { Mac = mac };
        Boot(nowUs);
    }

    /// <summary>Takes ownership of the batch and its frames.</summary>
    public void Receive(FrameBatch batch, long nowUs)
    {
        _core.NowUs = nowUs;
        foreach (var frame in batch.Frames)
        {
            _core.Account.In++;
            Judge(frame);
        }

        batch.Clear();
        batch.Pool.Return(batch);
        RunLoopback();
    }

    /// <summary>Does what time brings: retries, time-outs, pings and traffic that are due.</summary>
    public void Tick(long nowUs)
    {
        _core.NowUs = nowUs;
        _neighbours.Tick();
        _reassembly.Tick();
        _pinger.Tick();
        for (var i = _generators.Count - 1; i >= 0; i--)
        {
            _generators[i].Tick();
            if (_generators[i].IsDone) _generators.RemoveAt(i);
        }

        RunLoopback();
    }

    /// <summary>Earliest time at which <see cref="Tick"/> has work; <see cref="long.MaxValue"/> when it waits for frames only.</summary>
    public long NextDueUs()
    {
        var due = Math.Min(Math.Min(_neighbours.NextDueUs(), _reassembly.NextDueUs()), _pinger.NextDueUs());
        foreach (var generator in _generators) due = Math.Min(due, generator.NextDueUs);
        return due;
    }

    /// <summary>The next batch of frames to send; ownership passes to the caller.</summary>
    public bool TryTakeOutput([NotNullWhen(true)] out FrameBatch? batch) => _core.TryTakeOutput(out batch);

    /// <summary>Starts a ping; its first echo is in the output at once (or waits for resolution).</summary>
    public PingRun Ping(IpAddress destination, PingOptions options, long nowUs)
    {
        if (options.Count is < 1 or > PingOptions.MaxCount)
            throw new ArgumentException($"ping count {options.Count} is not within 1 and {PingOptions.MaxCount}", nameof(options));
        if (options.PayloadSize is < 0 or > PingOptions.MaxPayloadSize)
        {
            throw new ArgumentException($"ping size {options.PayloadSize} is not within 0 and {PingOptions.MaxPayloadSize}",
                nameof(options));
        }

        _core.NowUs = nowUs;
        var run = _pinger.Start(destination, options);
        RunLoopback();
        return run;
    }

    /// <summary>Forgets a run; its late answers become unwanted.</summary>
    public void StopPing(PingRun run) => _pinger.Stop(run);

    /// <summary>Null when the port is bound already.</summary>
    public UdpSocket? BindUdp(ushort port, IUdpReceiver receiver) => _udp.Bind(port, receiver);

    /// <summary>Null when there is no route to the destination.</summary>
    public TrafficGenerator? StartTraffic(TrafficOptions options, long nowUs)
    {
        CheckTraffic(options);
        _core.NowUs = nowUs;
        if (!_ip.TryRoute(options.Destination, out var source, out var nextHop)) return null;
        var generator = new TrafficGenerator(_core, _ip, options, source, nextHop);
        // Without a rate they wait for no tick, which would take them away.
        _generators.RemoveAll(other => other.IsDone);
        _generators.Add(generator);
        return generator;
    }

    /// <summary>Listens for the traffic of <paramref name="options"/>; null when one of its ports is bound already.</summary>
    public TrafficChecker? StartChecker(TrafficOptions options)
    {
        CheckTraffic(options);
        var checker = new TrafficChecker(_core, options);
        for (var i = 0; i < options.DestinationPorts; i++)
        {
            if (_udp.Bind((ushort)(options.DestinationPort + i), checker) is null)
            {
                _udp.Unbind(checker);
                return null;
            }
        }

        return checker;
    }

    public void StopChecker(TrafficChecker checker) => _udp.Unbind(checker);

    /// <summary>Forgets every MAC it has learned; frames that waited for one drop as unresolved.</summary>
    public void ForgetNeighbours() => _neighbours.Clear();

    /// <summary>Probes of this run, which another overlay sent, that arrived here. The last 1,024 foreign runs are remembered.</summary>
    public long CountMisdelivered(uint runId) => _core.Foreign.Count(runId);

    /// <summary>Ends the guest: everything queued drops as <see cref="DropReason.PartStopped"/>.</summary>
    public void Stop()
    {
        _generators.Clear();
        _neighbours.Clear();
        _reassembly.Clear();
        _core.DropQueued();
    }

    private void CheckTraffic(TrafficOptions options)
    {
        var room = Options.Mtu - options.Destination.HeaderSize - UdpView.Size;
        if (options.PayloadSize < TrafficOptions.MinPayloadSize || options.PayloadSize > room)
        {
            var text = $"traffic payload {options.PayloadSize} is not within {TrafficOptions.MinPayloadSize} and {room}";
            throw new ArgumentException(text, nameof(options));
        }

        if (options.FlowCount is < 1 or > TrafficOptions.MaxFlows || options.PacketsPerSecond < 0)
        {
            throw new ArgumentException("traffic needs 1 to 1048576 flows and no rate below 0", nameof(options));
        }
    }

    private void RunLoopback()
    {
        // An answer to ourselves may cause one more frame; two rounds cover request and reply, a storm waits for the next turn.
        for (var budget = 2 * FrameBatch.Capacity; budget > 0 && _core.TryTakeLoopback(out var frame); budget--) Judge(frame);
    }

    private void Judge(Frame frame)
    {
        switch (Dispatch(frame.Bytes))
        {
            case Verdict.Consumed:
                _core.Account.Consumed++;
                _core.Pool.Return(frame);
                break;
            case Verdict.Held:
                _core.Pool.Return(frame);
                break;
            case Verdict.NotMine:
                _core.Drop(frame, DropReason.GuestNotMine);
                break;
            default:
                _core.Drop(frame, DropReason.GuestUnwanted);
                break;
        }
    }

    private Verdict Dispatch(ReadOnlySpan<byte> bytes)
    {
        if (!EthernetView.TryParse(bytes, out var ethernet)) return Verdict.Unwanted;
        if (!ethernet.Destination.IsMulticast && ethernet.Destination != Options.Mac) return Verdict.NotMine;
        return ethernet.TypeOrLength switch
        {
            EtherType.Ipv4 => _receiver.ReceiveV4(ethernet.Payload),
            EtherType.Ipv6 => _receiver.ReceiveV6(ethernet.Payload),
            EtherType.Arp => _arp.Receive(ethernet.Payload),
            _ => Verdict.Unwanted,
        };
    }

    private void Solicit(IpAddress target, MacAddress? mac)
    {
        if (target.IsIpv4) _arp.Solicit(target.V4, mac);
        else _discovery.Solicit(target.V6, mac);
    }
}
