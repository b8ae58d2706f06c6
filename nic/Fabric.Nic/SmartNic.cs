using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// An Agilio-class SmartNIC: the accelerated datapath of one server. Frames come from VMs by their VFs, from the wire, and from the host;
/// each is looked up in L1, then L2, and what neither knows goes to the host over PCIe (<see cref="FallbackReason"/>). All it knows it was
/// told by control messages (<see cref="PcieRequest"/>): it shares nothing with the kernel datapath.
/// <para>It works on whole batches and runs each to completion: extract all keys, look all of them up at once, execute in order, hand the
/// results over by destination. That hides the memory's latency and pays fixed costs once in up to 64 frames.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>N1: after every call the account is exact: <c>Account.Imbalance(QueuedFrames) == 0</c>.</item>
/// <item>N2: which tiers are enabled changes where frames are answered, never what becomes of them.</item>
/// <item>N3: a frame that L1 or L2 answers allocates nothing, from VF to VF and from VF to the wire.</item>
/// <item>N4: once a <see cref="FlowDelete"/> is answered, no frame is forwarded by the flow.</item>
/// <item>N5: frames of one flow and one destination leave in the order they came in.</item>
/// <item>N6: after <see cref="Reset"/> every frame falls back until the host sends flows anew; ports and tunnel tables stay.</item>
/// <item>N7: a VM sets no metadata: what a frame from a VF says of tunnels, marks or recirculation is wiped.</item>
/// <item>N8: what a VF may not do is dropped with its reason before anything else, also in frames that the host would get.</item>
/// <item>N9: a VF that is told nothing costs one test per batch; one that is allocates nothing per frame either.</item>
/// <item>N10: a change of the eswitch mode leaves no flow, no representor and no queued frame of the mode before.</item>
/// <item>N11: while it hangs (<see cref="IsHung"/>), and whenever the host may have done without it (<see cref="HostLease"/>), until it has
/// done what the host asked meanwhile, every frame received is diverted to the host as it is, what the host sends leaves, and no flow is
/// used; then it goes on with what it had.</item>
/// <item>N12: a statistics context is used again only when the host has received the last message that could name it.</item>
/// </list>
/// <para>Not modelled: ring descriptors, interrupts, meters and connection tracking.</para>
/// </summary>
public sealed partial class SmartNic : IDisposable
{
    private readonly FramePool _pool;
    private readonly NicPorts _ports = new();
    private readonly NicEgress _egress;
    private readonly ActionExecutor _executor;
    private readonly PcieDelay _arriving;
    private readonly InsertionPace _pace;

    /// <param name="seed">Of the hashes and of random eviction.</param>
    /// <param name="incarnation">Greater than that of any NIC that was in this place before (after a crash of its owner); at least
    /// 1.</param>
    public SmartNic(SmartNicOptions options, FramePool pool, INicOutput output, uint seed, ulong incarnation = 1)
    {
        Options = options;
        _pool = pool;
        Pcie = new PcieNicEnd(options.Pcie, incarnation);
        L2 = new RepeatedHashTables(options, seed * 0x9e37_79b9u + 1, port => _ports.TryGet(port, out _));
        Invariant.Check(EvictionPolicyNames.TryCreate(options.Eviction, new Random((int)seed), out var eviction),
            "the eviction policy is known");
        L1 = new ExactMatchFlowTracker(options.ExactMatch, L2.Slots, eviction, seed);
        _egress = new NicEgress(options, pool, _ports, Pcie, Account, Counters, output);
        _rates = new VfRates(options.PortRateBps);
        _legacy = new LegacySwitch(pool, _ports, _functions, _egress, Account);
        _executor = new ActionExecutor(pool, _ports.Datapath, Tunnels, Account, seed);
        _batch = new NicBatch();
        _arriving = new PcieDelay(options.Pcie.LatencyMs);
        _pace = new InsertionPace(options.Pcie.InsertionsPerSecond);
    }

    public SmartNicOptions Options { get; }

    public ExactMatchFlowTracker L1 { get; }

    public RepeatedHashTables L2 { get; }

    /// <summary>The NIC's copy, changed by <see cref="TunnelChange"/> messages.</summary>
    public TunnelTables Tunnels { get; } = new();

    public FrameAccount Account { get; } = new();

    public NicCounters Counters { get; } = new();

    /// <summary>The NIC's end of the PCIe channel, for its counters; messages go through <see cref="ReceiveControl"/>.</summary>
    public PcieNicEnd Pcie { get; }

    public IReadOnlyCollection<NicPort> Ports => _ports.All;

    /// <summary>Frames waiting in the queues of VFs, and for the rates of ports.</summary>
    public long QueuedFrames
    {
        get
        {
            long frames = _rates.WaitingCount;
            foreach (var port in _ports.All) frames += port.QueuedCount + (port.Port.Shaper?.QueuedCount ?? 0);
            return frames;
        }
    }

    /// <summary>Listens to marked frames; null while nobody does.</summary>
    public ITrace? Trace
    {
        get => _egress.Trace;
        set => _egress.Trace = _executor.Trace = value;
    }

    /// <summary>Receives the frames of ports under capture.</summary>
    public INicTap? Tap
    {
        get => _egress.Tap;
        set => _egress.Tap = value;
    }

    public bool TryGetPort(OdpPort number, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NicPort? port) =>
        _ports.TryGet(number, out port);

    /// <summary>Adds a port or changes its address and link state, as a <see cref="PortConfig"/> message does.</summary>
    public void SetPort(OdpPort number, string name, DatapathPortKind kind, MacAddress mac, bool isUp = true, bool isAdminUp = true)
    {
        var port = _ports.Set(number, name, kind, mac, Options.VfWindow, out var replaced);
        if (replaced is not null) _egress.Forget(replaced);
        port.SetState(isUp, isAdminUp);
        Follow(port);
        if (!port.Port.IsUp) _egress.DropQueue(port, DropReason.PortDown);
    }

    /// <summary>Frames in its queue are dropped. False when there is no such port.</summary>
    public bool RemovePort(OdpPort number)
    {
        if (!_ports.TryGet(number, out var port)) return false;
        _egress.Forget(port);
        _ports.Remove(number);
        if (_functions.Uplink == port) _functions.Uplink = null;
        return true;
    }

    /// <summary>
    /// Link up or down; the queue of a port that goes down is dropped. Of a VF that the host has made: whether a guest drives it; what
    /// becomes of its link is news (<see cref="TryTakeLinkNews"/>). False when there is no such port.
    /// </summary>
    public bool TrySetLink(OdpPort number, bool isUp)
    {
        if (_functions.TryGet(number, out var function))
        {
            function.IsDriven = isUp;
            FollowLink(function);
            return true;
        }

        if (!_ports.TryGet(number, out var port)) return false;
        port.SetState(isUp, port.IsAdminUp);
        Follow(port);
        if (!isUp) _egress.DropQueue(port, DropReason.PortDown);
        return true;
    }

    /// <summary>Tells the host that a VF's link changed, as soon as there is a host to tell.</summary>
    public void ReportLink(OdpPort vf, bool isUp)
    {
        if (Pcie.IsConnected) Pcie.Send(new LinkEvent(vf, isUp));
        else _untoldLinks[vf] = isUp;
    }

    /// <summary>Switches the capture of one port; costs nothing while off. False when there is no such port.</summary>
    public bool SetCapture(OdpPort number, bool isOn)
    {
        if (!_ports.TryGet(number, out var port)) return false;
        port.IsCaptured = isOn;
        return true;
    }

    /// <summary>The VM behind a VF has taken this many frames: its window has room again, and waiting frames follow.</summary>
    public void GiveVfCredit(OdpPort vf, int frames, long nowMs)
    {
        if (!_ports.TryGet(vf, out var port)) return;
        _egress.NowMs = nowMs;
        _egress.GiveCredit(port, frames);
        _egress.Flush();
    }

    /// <summary>
    /// The VM behind a VF has been replaced: what its predecessor had not taken will never be, so the window is open again.
    /// </summary>
    public void RestartVf(OdpPort vf, long nowMs) => GiveVfCredit(vf, Options.VfWindow, nowMs);

    /// <summary>
    /// Firmware reset: L1, L2 and all queued frames are lost, and the conversation with the host starts over, upon which it sends its flows
    /// anew (property N6). It also ends a hang.
    /// </summary>
    public void Reset()
    {
        Counters.Resets++;
        StartOver();
    }

    /// <summary>Queued frames are dropped, so that their buffers return to the pool.</summary>
    public void Dispose()
    {
        DropQueues();
        L1.Dispose();
        _batch.Dispose();
    }

    private void StartOver()
    {
        Forget();
        _requests.Clear();
        DropQueues();
        Pcie.Reset();
    }

    private void DropQueues()
    {
        foreach (var port in _ports.All) _egress.DropQueue(port, DropReason.PartStopped);
        foreach (var function in _functions.All) DropWaiting(function, DropReason.PartStopped);
    }

    /// <summary>The conversation is over, so nothing under way in it can name a context.</summary>
    private void Forget()
    {
        L1.Clear();
        L2.Flush();
        L2.Slots.EndRest(ulong.MaxValue);
        _statsPull = null;
    }
}
