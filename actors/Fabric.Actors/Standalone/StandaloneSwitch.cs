using Fabric.Agent;
using Fabric.Agent.Configuration;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// An agent and its datapath in one owner's hands, without NIC and without messages between them: what a frame causes has happened when
/// <see cref="Receive"/> returns, as scripts that test a switch expect. Ports lead to devices for tests.
/// </summary>
internal sealed class StandaloneSwitch : IVports, IKernelOutput, IDummyDevices, IDisposable
{
    /// <summary>Rounds of upcalls that one frame may cause, each of which may recirculate.</summary>
    private const int MaxRounds = 64;

    private readonly FabricClock _clock;
    private readonly FramePool _pool = new(4096, 10 * 1024);
    private readonly KernelDatapath _datapath;
    private readonly Upcall[] _upcalls = new Upcall[64];
    private readonly List<FlowRemoved> _removed = [];

    public StandaloneSwitch(FabricClock clock, DummyLevel level)
    {
        _clock = clock;
        Host = new DummyHost(level);
        Others = new SideDatapaths(this, _pool, clock);
        Loop = new SwitchLoop(Agent, Host);
        Agent.CountReceived = port => Host.Find(port.Name)?.RxPackets ?? port.CreditedRxPackets;
        _datapath = new KernelDatapath(new KernelDatapathOptions { Seed = 1 }, _pool, new TunnelTables(), this, hook: null);
        Counted = new CountingDatapath(new DirectDatapath(_datapath, () => NowMs) { Refused = OnRefused });
        Facts = new SwitchFacts(Loop, new ControllerPackets(Agent, Counted, _pool, clock) { Sent = AnswerUpcalls }, Counted)
        {
            Counters = Counters,
            Meters = () => FlowDump.MetersOf(_datapath),
            IsDummy = port => Host.Find(port.Name) is not null,
            IsAdminDown = port => Host.Find(port.Name) is { IsUp: false },
            SetUp = (port, isUp) =>
            {
                if (Exists(port.Name)) SetUp(port.Name, isUp);
                return Exists(port.Name);
            },
        };
    }

    public OvsAgent Agent { get; } = new() { HasPlainQueues = true };

    public SwitchLoop Loop { get; }

    public DummyHost Host { get; }

    public CountingDatapath Counted { get; }

    /// <summary>What operators make beside it.</summary>
    public SideDatapaths Others { get; }

    /// <summary>What its bridges' controllers learn of it.</summary>
    public SwitchFacts Facts { get; }

    /// <summary>Addresses given to devices, for routes.</summary>
    public Action<string, IpAddress, int>? AddressGiven { get; set; }

    /// <summary>What is known of flows beside the datapath.</summary>
    public FlowJournal? Journal
    {
        get;
        set
        {
            field = value;
            Agent.FlowMade = value is null ? null : value.Made;
        }
    }

    /// <summary>What joins devices by sockets.</summary>
    public DummyStreams? Streams { get; set; }

    public KernelDatapath Datapath => _datapath;

    private long NowMs => _clock.NowMs;

    public bool Exists(string name) => Host.Find(name) is not null;

    public void Receive(string name, ReadOnlySpan<byte> frame)
    {
        if (Host.Find(name) is not { IsUp: true } device) return;
        if (!_datapath.Ports.TryGet(name, out var port))
        {
            Others.Receive(device, frame);
            return;
        }

        if (!_pool.TryRent(frame.Length, out var rented)) return;
        device.Received(frame, _clock.UnixUs);
        frame.CopyTo(rented.Bytes);
        rented.Metadata.InPort = port.Number.Value;
        var batch = _pool.RentBatch();
        batch.Add(rented);
        _datapath.Receive(batch, FallbackReason.NotLearned, NowMs);
        AnswerUpcalls();
    }

    public void SetUp(string? name, bool isUp)
    {
        foreach (var device in Host.Devices)
        {
            if (name is not null && device.Device.Name != name) continue;
            device.IsUp = isUp;
            if (_datapath.Ports.TryGet(device.Device.Name, out var port)) port.IsUp = isUp;
            if (Loop.TrySetUp(device.Device.Name, isUp, this, NowMs)) continue;
            foreach (var bridge in Agent.Bridges) Agent.SetPortUp(bridge.Name, device.Device.Name, isUp, NowMs);
        }

        Loop.RefreshStatus();
    }

    public IEnumerable<string> Names => Host.Devices.Select(device => device.Device.Name).Order(StringComparer.Ordinal);

    public bool? IsConnected(string name) => Streams?.IsConnected(name);

    public void SetAddress(string name, IpAddress address, int prefixLength) => AddressGiven?.Invoke(name, address, prefixLength);

    /// <summary>A whole sweep, now; what it shows to be idle leaves.</summary>
    public void Sweep()
    {
        var startMs = NowMs;
        Journal?.Swept(() => View(withConnections: false));
        var dump = FlowDump.Of(_datapath).Flows;
        Agent.Sweep(dump, startMs, (int)(NowMs - startMs), Counted);
        TellRemoved();
        Agent.Age(NowMs);
    }

    public void Tick()
    {
        Agent.Run(NowMs);
        Agent.SendOwnPackets(_pool, Counted, NowMs);
        AnswerUpcalls();
        _datapath.Release(NowMs);
        _datapath.Expire(NowMs);
        _datapath.Upkeep(NowMs);
        TellRemoved();
    }

    public DatapathView View(bool withConnections) => StandaloneView.Of(this, NowMs, withConnections);

    public IReadOnlyDictionary<OdpPort, PortCounters> Counters() => _datapath.Ports.All.ToDictionary(p => p.Number, p =>
        Host.Find(p.Name) is { } device
            ? new PortCounters(device.RxPackets, device.RxBytes, p.RxDropped, device.TxPackets, device.TxBytes, p.TxDropped, device.IsUp)
            : new PortCounters(p.RxPackets, p.RxBytes, p.RxDropped, p.TxPackets, p.TxBytes, p.TxDropped));

    public void Dispose()
    {
        _datapath.DropQueued();
        Others.Dispose();
        Host.Dispose();
    }

    void IKernelOutput.Transmit(OdpPort port, Frame frame)
    {
        if (_datapath.Ports.TryGet(port, out var target) && Host.Find(target.Name) is { IsUp: true } device)
        {
            device.Sent(frame.Bytes, _clock.UnixUs);
            Streams?.Send(target.Name, frame.Bytes);
        }

        _pool.Return(frame);
    }

    void IKernelOutput.FlowRemoved(FlowRemoved removed) => _removed.Add(removed);

    void IVports.SetPort(Vport port)
    {
        if (port.Kind == DeviceKind.Tunnel)
        {
            var type = port.TunnelType switch { "geneve" => TunnelType.Geneve, "vxlan" => TunnelType.Vxlan, _ => TunnelType.Nvgre };
            _datapath.ApplyTunnel(new AddTunnelPort(new TunnelPort(port.Number, port.Name, type, port.UdpPort, port.GroupPolicy)));
            _datapath.AddPort(new DatapathPort(port.Number, port.Name, DatapathPortKind.Tunnel));
            return;
        }

        _datapath.AddPort(new DatapathPort(port.Number, port.Name, DatapathPortKind.Representor));
        var isUp = Host.Find(port.Name) is not { IsUp: false };
        if (_datapath.Ports.TryGet(port.Number, out var made)) made.IsUp = isUp;
    }

    void IVports.RemovePort(OdpPort number)
    {
        if (_datapath.Tunnels.TryGetPort(number, out _)) _datapath.ApplyTunnel(new RemoveTunnelPort(number));
        if (_datapath.Ports.TryGet(number, out var port)) Host.Find(port.Name)?.Forget();
        _datapath.RemovePort(number);
    }

    void IVports.KeepOnly(IReadOnlyList<OdpPort> numbers)
    {
        foreach (var number in _datapath.Ports.All.Select(p => p.Number).Except(numbers).ToArray()) ((IVports)this).RemovePort(number);
    }

    void IVports.AddPeer(TunnelPeer peer)
    {
        // Nobody listens for tunnels here: outer packets have no device to come by.
    }

    void IVports.RemovePeer(TunnelPeer peer)
    {
    }

    /// <summary>What controllers asked for is carried out to its end.</summary>
    public void Settle()
    {
        Agent.SendMeters(Counted);
        AnswerUpcalls();
    }

    private void AnswerUpcalls()
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var count = _datapath.TakeUpcalls(_upcalls);
            // Who polls is to be answered at once.
            if (count == 0 && (Agent.NextBfdMs > NowMs || Agent.SendOwnPackets(_pool, Counted, NowMs) == 0)) break;
            foreach (ref var upcall in _upcalls.AsSpan(0, count))
                Agent.HandleUpcall(upcall.Frame, ref upcall.Key, upcall.Reason, NowMs, Counted, upcall.Action);
        }

        TellRemoved();
    }

    private void OnRefused(Ufid ufid)
    {
        Agent.Revalidator.FlowRefused(ufid);
        Journal?.Gone(ufid);
    }

    private void TellRemoved()
    {
        foreach (var flow in _removed)
        {
            Journal?.Gone(flow.Ufid);
            Agent.Revalidator.FlowRemoved(
                new FlowStatistics(flow.Ufid, flow.Packets, flow.Bytes, Math.Max(0, flow.LastUsedMs), TcpFlags: flow.TcpFlags));
        }

        _removed.Clear();
    }
}
