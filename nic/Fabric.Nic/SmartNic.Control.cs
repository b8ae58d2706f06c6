using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>The control plane: messages from the host, results, statistics, time.</summary>
public sealed partial class SmartNic
{
    /// <summary>Entries of L1 looked at per tick when ageing: a million in a minute at 60 ticks a second.</summary>
    private const int AgeBudget = 16_384;

    /// <summary>
    /// Chunks of statistics that the host has yet to acknowledge. Few, since those of one turn are made at once and frames wait meanwhile.
    /// </summary>
    private const int StatsChunksUnderWay = 8;

    private readonly TunnelResync _tunnelResync = new();
    private bool _hadEpoch;
    private OffloadStatistics[]? _chunk;
    private ulong? _statsPull;
    private int _statsCursor;
    private int _pushCursor;
    private long _pushedMs;
    private readonly Queue<(ulong Sequence, PcieRequest Request)> _requests = new();

    private ulong _done;
    private readonly Dictionary<OdpPort, bool> _untoldLinks = [];

    /// <summary>When the last envelope of a host came; null before the first.</summary>
    public long? HeardHostMs { get; private set; }

    /// <summary>
    /// The firmware has stopped: control messages are not heard, and the card diverts frames to the host (property N11). Fault injection;
    /// <see cref="Reset"/> ends it as well.
    /// </summary>
    public bool IsHung
    {
        get => Pcie.IsHung;
        set => Pcie.IsHung = value;
    }

    /// <summary>
    /// Frames go to the host as they are (property N11). With no flows, or none from a host, none can be out of date, and frames go the
    /// usual way.
    /// </summary>
    public bool IsDiverting(long nowMs) => IsHung || (!Pcie.HoldsLease(_done, nowMs) && L2.Count > 0 && Pcie.IsConnected);

    /// <summary>When <see cref="Work"/> has something to do next; null while nothing is under way.</summary>
    public long? NextWorkMs => (_arriving.NextMs, _requests.Count > 0 && !IsHung ? _pace.NextMs : (long?)null) switch
    {
        ({ } arrival, { } insertion) => Math.Min(arrival, insertion),
        var (arrival, insertion) => arrival ?? insertion,
    };

    /// <summary>
    /// Takes an envelope from the host and does what its messages ask, when latency and the pace of insertions let it. Then
    /// <see cref="TryTakeControl"/> has the answers.
    /// </summary>
    public void ReceiveControl(PcieEnvelope envelope, long nowMs)
    {
        _arriving.Add(envelope, nowMs);
        Work(nowMs);
    }

    /// <summary>Does what was asked and can be done by now.</summary>
    public void Work(long nowMs)
    {
        _egress.NowMs = nowMs;
        while (_arriving.TryTake(nowMs, out var envelope)) Hear(envelope, nowMs);
        while (!IsHung && _requests.TryPeek(out var next) && MayDo(next.Request, nowMs))
        {
            _requests.Dequeue();
            _done = next.Sequence;
            L2.Slots.RestUntil = Pcie.NextAnswer;
            Pcie.Send(Answer(next.Sequence, next.Request));
        }
    }

    private void Hear(PcieEnvelope envelope, long nowMs)
    {
        HeardHostMs = nowMs;
        if (Pcie.Receive(envelope, nowMs)) BeginEpoch();
        L2.Slots.EndRest(Pcie.Acknowledged);
        while (Pcie.TryTakeRequest(out var sequence, out var request)) _requests.Enqueue((sequence, request));
    }

    private bool MayDo(PcieRequest request, long nowMs) => request is not (FlowPut or FlowModify) || _pace.TryTake(nowMs);

    /// <summary>The next envelope for the host. Call until false after each call of another method, and after <see cref="Tick"/>.</summary>
    public bool TryTakeControl(long nowMs, out PcieEnvelope envelope)
    {
        while (_statsPull is not null && !IsHung && Pcie.HasRoom && Pcie.UnacknowledgedCount < StatsChunksUnderWay)
            SendStatistics();
        return Pcie.TryTakeEnvelope(nowMs, out envelope);
    }

    /// <summary>Ages L1, and sends what rates allow by now. Meant for every 10 to 100 ms.</summary>
    public void Tick(long nowMs)
    {
        Work(nowMs);
        if (!IsHung) PushStatistics(nowMs);
        L1.Age(nowMs, AgeBudget);
        Release(nowMs);
    }

    /// <summary>A kernel datapath that starts anew: what this NIC knows of flows of an earlier one is nobody's.</summary>
    private void BeginEpoch()
    {
        Forget();
        _requests.Clear();
        _done = 0;
        foreach (var (port, isUp) in _untoldLinks) Pcie.Send(new LinkEvent(port, isUp));
        _untoldLinks.Clear();
        foreach (var port in _ports.All) _egress.SetLimits(port, PortLimits.None);
        _egress.Flush();
        if (_hadEpoch) _tunnelResync.Begin();
        _hadEpoch = true;
    }

    private PcieResult Answer(ulong sequence, PcieRequest request)
    {
        switch (request)
        {
            case FlowPut when Eswitch == EswitchMode.Legacy:
                return new PcieResult(sequence, "the eswitch is in legacy mode");
            case FlowPut put:
                put.Match.GetKey(out var key);
                var refusal = L2.Put(
                    put.Ufid, ref key, ref put.Match.Mask, put.Actions, put.BasePackets, put.BaseBytes, _egress.NowMs, out var last,
                    put.Mark, put.Rank);
                return new PcieResult(sequence, refusal, last, refusal is not null && L2.IsPartial(put.Ufid), L2.Shortage);
            case FlowModify modify:
                return Modify(sequence, modify);
            case FlowDelete delete:
                if (L2.TryDelete(delete.Ufid, _egress.NowMs, out var final)) return new PcieResult(sequence, null, final);
                return delete.MayBeUnknown ? new PcieResult(sequence, null) : RefuseUnknownFlow(sequence);
            case FlowWithdraw withdraw:
                return new PcieResult(
                    sequence, withdraw.Reason, L2.TryDelete(withdraw.Ufid, _egress.NowMs, out final) ? final : null,
                    Shortage: withdraw.Shortage);
            case FlowFlush:
                for (var cursor = L2.Count; cursor > 0;) SendChanged(ref cursor);
                L2.Slots.RestUntil = Pcie.NextAnswer;
                L2.Flush();
                break;
            case HostForwarded forwarded:
                return L2.TakeHostForwarded(forwarded.Shares) > 0 || forwarded.Shares.Length == 0
                    ? new PcieResult(sequence, null) : RefuseUnknownFlow(sequence);
            case TunnelChange change:
                _tunnelResync.Said(change.Update);
                Apply(change.Update);
                break;
            case PortConfig port:
                if (Refuse(port) is { } why) return new PcieResult(sequence, why);
                SetPort(port.Port, port.Name, port.Kind, port.Mac, port.IsUp, port.IsAdminUp);
                break;
            case PortLimit limit:
                return SetLimits(limit.Port, limit.Limits, _egress.NowMs)
                    ? new PcieResult(sequence, null) : RefuseUnknownPort(sequence, limit.Port);
            case PortRemove port:
                // In legacy mode a VF's port is the card's own.
                if (Eswitch == EswitchMode.Legacy && _functions.TryGet(port.Port, out _)) break;
                return RemovePort(port.Port) ? new PcieResult(sequence, null) : RefuseUnknownPort(sequence, port.Port);
            case StatsPull:
                // The host pulls statistics only once it has told what it knows.
                foreach (var removal in _tunnelResync.End(Tunnels)) Apply(removal);
                _statsPull = sequence;
                _statsCursor = L2.Count;
                break;
            default:
                Invariant.Fail($"the NIC knows what {request.GetType().Name} asks");
                break;
        }

        return new PcieResult(sequence, null);
    }

    private PcieResult Modify(ulong sequence, FlowModify modify)
    {
        List<FlowRefusal>? refused = null;
        for (var i = 0; i < modify.Ufids.Count; i++)
        {
            var ufid = modify.Ufids[i];
            if (!L2.Knows(ufid)) Counters.UnknownFlows++;
            if (L2.Modify(ufid, modify.Actions, out var last) is { } why)
                (refused ??= []).Add(new FlowRefusal(i, why, last, L2.IsPartial(ufid)));
        }

        return refused is null ? new PcieResult(sequence, null) : new PcieResult(sequence, refused[0].Reason) { Refused = refused };
    }

    private PcieResult RefuseUnknownFlow(ulong sequence)
    {
        Counters.UnknownFlows++;
        return new PcieResult(sequence, "the NIC does not have the flow");
    }

    private PcieResult RefuseUnknownPort(ulong sequence, OdpPort port)
    {
        Counters.UnknownPorts++;
        return new PcieResult(sequence, $"the NIC has no port {port.Value} of that kind");
    }

    private void Apply(TunnelUpdate update)
    {
        Tunnels.Apply(update);
        // A tunnel port is a port like others to the actions.
        if (update is AddTunnelPort add) SetPort(add.Port.Port, add.Port.Name, DatapathPortKind.Tunnel, default);
        else if (update is RemoveTunnelPort remove) RemovePort(remove.Port);
    }

    private void PushStatistics(long nowMs)
    {
        var intervalMs = Options.Pcie.StatsPushMs;
        if (intervalMs == 0 || nowMs - _pushedMs < intervalMs || _statsPull is not null || !Pcie.HasRoom) return;
        _pushedMs = nowMs;
        if (_pushCursor == 0) _pushCursor = L2.Count;
        SendChanged(ref _pushCursor);
    }

    private void SendChanged(ref int cursor)
    {
        _chunk ??= new OffloadStatistics[Options.Pcie.StatsChunk];
        var count = L2.TakeChanged(ref cursor, _chunk);
        if (count > 0) Pcie.Send(new StatsPush(_chunk.AsSpan(0, count).ToArray()));
    }

    private void SendStatistics()
    {
        _chunk ??= new OffloadStatistics[Options.Pcie.StatsChunk];
        var count = L2.TakeChanged(ref _statsCursor, _chunk);
        var isLast = _statsCursor == 0;
        Pcie.Send(new StatsReply(_statsPull!.Value, _chunk.AsSpan(0, count).ToArray(), isLast));
        if (isLast) _statsPull = null;
    }
}
