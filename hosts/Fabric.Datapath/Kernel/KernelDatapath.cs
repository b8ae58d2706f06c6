using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// The kernel datapath of one server (L3; Linux <c>net/openvswitch</c> with the offload hooks of the white paper). It takes what the NIC
/// could not decide, looks it up in its <see cref="MaskedFlowTable{T}"/>, executes the flow's actions or queues an upcall for the agent,
/// and it owns the life of every flow, also of those that the NIC forwards alone: time-outs, statistics, removal.
/// <para>Why the kernel and not the NIC owns flows: the NIC's tables are a copy that may be lost at any moment. Whatever the NIC does not
/// have, or has not yet confirmed, the kernel can do itself; only the reverse order would lose frames.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>D1: at every moment <c>In + Created = Out + Consumed + drops + queued</c>.</item>
/// <item>D2: the upcall queue is bounded in total and per vport, and a flooding vport cannot take another's share: a port with fewer
/// waiting upcalls than its fair share gets in.</item>
/// <item>D3: a flow's packets, bytes and last-used time never go back, and count each frame once, wherever it was forwarded.</item>
/// <item>D4: a delete is complete (<see cref="IKernelOutput.FlowRemoved"/>) only when the NIC has confirmed it, and carries the NIC's final
/// statistics; no frame follows the policy after that.</item>
/// <item>D5: a flow expires when neither host nor NIC used it for <see cref="MaxIdleMs"/>, judged for an offloaded flow as of the last
/// complete report of the NIC, or when its hard time-out is over. Nothing else removes flows but requests.</item>
/// <item>D6: every put, modify and delete reaches the hook once, in order; the state kept on a flow is the answer to the last offer.</item>
/// <item>D7: after a reset of the NIC every flow is offered again, a bounded number at a time.</item>
/// <item>D8: a hit allocates nothing.</item>
/// <item>D9: a frame with the mark of a live flow is executed as if the flow had been looked up; marks are not used twice.</item>
/// <item>D10: a flow that the NIC refused for want of room, and only such a one, is offered again when there may be room, the busiest
/// first, a bounded number at a time; until it is taken, it says why it is not.</item>
/// <item>D11: with <see cref="OffloadPolicy.MaySwap"/>, while flows wait the least busy ones of the NIC make place for busier ones, at most
/// 1024 every 3 s; when none that waits is busier, none moves.</item>
/// </list>
/// <para>Not modelled: NUMA and per-CPU statistics, netlink; sockets of the host itself (a frame for the host ends
/// here as consumed).</para>
/// </summary>
public sealed partial class KernelDatapath : IFrameOutput
{
    private readonly FramePool _pool;
    private readonly IKernelOutput _output;
    private readonly IOffloadHook? _hook;
    private readonly ActionExecutor _executor;
    private readonly MaskedFlowTable<DatapathFlow> _flows;
    private readonly UpcallQueue _upcalls;
    private readonly ActionCache<ActionProgram> _programs = new(ActionProgram.Compile);
    private readonly FlowKey[] _keys = new FlowKey[ActionExecutor.MaxDepth + 1];
    private readonly long[] _fallbacks = new long[Enum.GetValues<FallbackReason>().Length];
    private FallbackReason _receivedFor;
    private long _missed;
    private long _leftToNic;
    private long _lost;

    /// <param name="hook">Null for a host without a NIC that could be told of flows.</param>
    public KernelDatapath(KernelDatapathOptions options, FramePool pool, TunnelTables tunnels, IKernelOutput output, IOffloadHook? hook)
    {
        (Options, _pool) = (options, pool);
        Tunnels = tunnels;
        _output = output;
        _hook = hook is { OffersFlows: true } ? hook : null;
        _marks = options.HasPartialOffload ? [] : null;
        MaxIdleMs = options.MaxIdleMs;
        _flows = new MaskedFlowTable<DatapathFlow>(options.Seed, options.MaxFlows, options.MaxMasks);
        _upcalls = new UpcallQueue(options.UpcallQueueCapacity, options.UpcallQueuePerPort);
        Connections = new ConnectionTracker(options.Seed);
        _executor = new ActionExecutor(pool, Ports, tunnels, Account, options.Seed)
        {
            Meters = Meters, Tracker = Connections, Fragments = Fragments,
        };
    }

    public KernelDatapathOptions Options { get; }

    public DatapathPorts Ports { get; } = new();

    /// <summary>To be read; changed by <see cref="ApplyTunnel"/> alone, which keeps the NIC's copy equal.</summary>
    public TunnelTables Tunnels { get; }

    public FrameAccount Account { get; } = new();

    /// <summary>Is there a NIC that could be told of flows?</summary>
    public bool HasOffload => _hook is not null && Policy.IsOn;

    /// <summary>Frames that came with the mark of their flow and were not looked up.</summary>
    public long MarkHits { get; private set; }

    public KernelMeters Meters { get; } = new();

    public ConnectionTracker Connections { get; }

    /// <summary>Fragments that wait for the rest of their packet to be tracked with.</summary>
    public FragmentReassembler Fragments { get; } = new();

    private long NowMs { get => _executor.NowMs; set => _executor.NowMs = value; }

    /// <summary>Upcalls that wait.</summary>
    public int QueuedUpcalls => _upcalls.Count;

    /// <summary>Frames taken by the server itself without a lookup: underlay packets that are not tunnelled.</summary>
    public long HostDestined { get; private set; }

    public ITrace? Trace
    {
        get => _executor.Trace;
        set => _executor.Trace = value;
    }

    public DatapathStatistics Statistics => new(
        _flows.Hits - _leftToNic + MarkHits, _missed, _lost, _flows.Count, _flows.MaskCount, _flows.MaskProbes);

    /// <summary>Frames received from the NIC for this reason.</summary>
    public long Fallbacks(FallbackReason reason) => _fallbacks[(int)reason];

    /// <summary>False when the number is taken.</summary>
    public bool AddPort(DatapathPort port) => Ports.TryAdd(port);

    /// <summary>Its waiting upcalls are dropped; flows stay until the agent removes them, as in the kernel.</summary>
    public bool RemovePort(OdpPort number)
    {
        while (_upcalls.TryDequeue(number, out var upcall)) End(upcall.Frame, DropReason.PartStopped);
        if (Ports.TryGet(number, out var port))
        {
            DropShaped(port);
            _shaped.Remove(port);
        }

        return Ports.Remove(number);
    }

    /// <summary>Takes frames that the NIC gave up on, and the batch.</summary>
    public void Receive(FrameBatch batch, FallbackReason reason, long nowMs)
    {
        NowMs = nowMs;
        Account.In += batch.Count;
        _fallbacks[(int)reason] += batch.Count;
        _receivedFor = reason;
        foreach (var frame in batch.Frames) ReceiveFrame(frame);
        if (_shaped.Count > 0) Release(nowMs);
        batch.Clear();
        batch.Pool.Return(batch);
    }

    private void ReceiveFrame(Frame frame)
    {
        if (!Ports.TryGet(new OdpPort(frame.Metadata.InPort), out var port))
        {
            End(frame, DropReason.NoSuchPort);
            return;
        }

        port.RxPackets++;
        port.RxBytes += frame.Length;
        if (!port.IsUp)
        {
            port.RxDropped++;
            End(frame, DropReason.PortDown);
            return;
        }

        if (port.Policer is { } policer && !policer.Admits(frame.Length, NowMs))
        {
            port.RxDropped++;
            End(frame, DropReason.Policed);
            return;
        }

        if (port.Kind == DatapathPortKind.Physical) ReceiveOuter(frame, port);
        else Process(frame, 0);
    }

    /// <summary>A packet of the underlay that the NIC left as it was: it may be without tunnels of its own.</summary>
    private void ReceiveOuter(Frame frame, DatapathPort physical)
    {
        switch (TunnelDecap.TryDecap(frame, Tunnels, out var reason))
        {
            case DecapResult.NotTunnel:
                if (physical.IsBridged) Process(frame, 0);
                else ConsumeForHost(frame);
                break;
            case DecapResult.Dropped:
                physical.RxDropped++;
                End(frame, reason);
                break;
            default:
                if (Ports.TryGet(new OdpPort(frame.Metadata.InPort), out var tunnel))
                {
                    tunnel.RxPackets++;
                    tunnel.RxBytes += frame.Length;
                }

                if (frame.TraceId != 0) Trace?.Step(frame, Tier.L3, "detunnel", $"{physical} → port {frame.Metadata.InPort}");
                Process(frame, 0);
                break;
        }
    }

    private void ConsumeForHost(Frame frame)
    {
        HostDestined++;
        TakeForServer(frame);
    }

    /// <summary>Looks up and executes, or queues an upcall.</summary>
    private void Process(Frame frame, int depth)
    {
        ref var key = ref _keys[depth];
        FlowExtractor.Extract(frame, ref key);
        frame.Tier = Tier.L3;
        var probes = 0;
        var flow = depth == 0 ? FindMarked(frame) : null;
        flow ??= _flows.Lookup(ref key, out probes);
        if (flow is not null && IsLeftToNic(flow))
        {
            _leftToNic++;
            flow = null;
        }

        if (flow is null)
        {
            _missed++;
            if (frame.TraceId != 0) Trace?.Step(frame, Tier.L3, "lookup", $"miss, {probes} masks tried");
            Enqueue(frame, ref key, null);
            return;
        }

        if (frame.TraceId != 0) Trace?.Step(frame, Tier.L3, "lookup", $"hit {flow.Ufid}, {probes} masks tried");
        // What is looked up again after recirculation came once.
        if (depth == 0) flow.Fallbacks = flow.Fallbacks.With(_receivedFor);
        flow.HostPackets++;
        flow.HostBytes += frame.Length;
        flow.LastUsedMs = Math.Max(flow.LastUsedMs, NowMs);
        flow.TcpFlags |= key.TcpFlags;
        _executor.Execute(frame, ref key, flow.Program, this, 0, depth);
    }

    /// <summary>The flow that the NIC found; null when it found none, or the flow has been deleted since.</summary>
    private DatapathFlow? FindMarked(Frame frame)
    {
        if (_marks is null || frame.Metadata.FlowMark == 0 || !_marks.TryGetValue(frame.Metadata.FlowMark, out var flow)) return null;
        MarkHits++;
        return flow;
    }

    /// <summary>Executes the agent's actions on a packet: the one of an upcall, or one the agent made. Takes the frame.</summary>
    public void Execute(Frame frame, DatapathActions actions, long nowMs)
    {
        NowMs = nowMs;
        Account.In++;
        frame.Tier = Tier.Agent;
        FlowExtractor.Extract(frame, ref _keys[0]);
        _executor.Execute(frame, ref _keys[0], _programs.Get(actions), this);
        if (_shaped.Count > 0) Release(nowMs);
    }

    /// <summary>
    /// Fills <paramref name="into"/> with waiting upcalls, vports in turn; returns how many. Their frames pass to the caller.
    /// </summary>
    public int TakeUpcalls(Span<Upcall> into)
    {
        var taken = 0;
        while (taken < into.Length && _upcalls.TryDequeue(out into[taken])) taken++;
        Account.Out += taken;
        return taken;
    }

    /// <summary>Drops what waits, when the datapath stops.</summary>
    public void DropQueued()
    {
        while (_upcalls.TryDequeue(out var upcall)) End(upcall.Frame, DropReason.PartStopped);
        foreach (var port in _shaped) DropShaped(port);
        Fragments.TakeAll(_givenUp);
        EndGivenUp(DropReason.PartStopped);
    }

    private void Enqueue(Frame frame, ref FlowKey key, UserspaceAction? action)
    {
        var reason = action?.Reason ?? UserspaceReason.Miss;
        var upcall = new Upcall { Frame = frame, Key = key, Port = new OdpPort(frame.Metadata.InPort), Reason = reason, Action = action };
        var queued = _upcalls.TryEnqueue(in upcall, out var displaced);
        if (!queued) Lose(frame);
        else if (displaced.Frame is not null) Lose(displaced.Frame);
    }

    private void Lose(Frame frame)
    {
        _lost++;
        if (Ports.TryGet(new OdpPort(frame.Metadata.InPort), out var port))
        {
            port.RxDropped++;
            port.UpcallsLost++;
        }

        End(frame, DropReason.UpcallQueueFull);
    }

    private void TakeForServer(Frame frame)
    {
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.L3, "taken by the server", "");
        Consume(frame);
    }

    private void Consume(Frame frame)
    {
        Account.Consumed++;
        _pool.Return(frame);
    }

    private void End(Frame frame, DropReason reason)
    {
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.L3, "drop", reason.ToString());
        Account.Drops.Add(reason);
        _pool.Return(frame);
    }

    void IFrameOutput.Output(OdpPort port, Frame frame)
    {
        // Local is the server's own interface; the server takes what is sent there.
        if (Ports.TryGet(port, out var target) && target.Kind == DatapathPortKind.Local) TakeForServer(frame);
        else if (target?.Shaper is not null) Transmit(target, frame);
        else Hand(port, frame);
    }

    void IFrameOutput.Upcall(Frame frame, ref FlowKey key, UserspaceAction action) => Enqueue(frame, ref key, action);

    void IFrameOutput.Recirculate(Frame frame, int depth) => Process(frame, depth);

    void IFrameOutput.Drop(Frame frame, DropReason reason)
    {
        // The executor has told the trace already.
        Account.Drops.Add(reason);
        _pool.Return(frame);
    }
}
