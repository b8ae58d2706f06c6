using System.Runtime.InteropServices;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;

namespace Fabric.Nic;

/// <summary>
/// The offload hook of a kernel datapath over PCIe: turns its calls into control messages and the NIC's answers into its calls. It also
/// remembers what only the server knows of the NIC (its ports), pulls statistics by passed time, and brings a NIC that lost its memory up
/// to date: ports, tunnels, then flows in portions.
/// <para>Life: make it, make the kernel datapath with it, <see cref="Attach"/> that. Then hand it every envelope of the NIC
/// (<see cref="Receive"/>), call <see cref="Tick"/> by timer, and after each of these and each call of the datapath send what
/// <see cref="TryTakeEnvelope"/> gives until it is false.</para>
/// </summary>
public sealed class PcieOffloadHook : IOffloadHook, IPcieHostEvents
{
    /// <summary>Offers that may be under way while flows are offered anew after a reset.</summary>
    private const int ReofferWindow = 1_024;

    /// <summary>Flows per <see cref="HostForwarded"/>.</summary>
    private const int ShareChunk = 256;

    private struct Told
    {
        /// <summary>Puts without an answer.</summary>
        public int Unanswered;

        /// <summary>The last answer was yes: the NIC knows the flow's match.</summary>
        public bool IsTaken;
        public long BasePackets;
        public long BaseBytes;
    }

    private readonly int _statsIntervalMs;
    private readonly PcieDelay _delay;
    private readonly Dictionary<OdpPort, PortConfig> _ports = [];
    private readonly Dictionary<OdpPort, PortLimits> _limits = [];
    private readonly Dictionary<Ufid, Told> _told = [];
    /// <summary>Unanswered puts of flows deleted since: their answers are not for a later flow of the same name.</summary>
    private readonly Dictionary<Ufid, int> _orphans = [];
    private readonly List<HostShare> _shares = [];
    private KernelDatapath? _kernel;
    private long? _pulledMs;
    private bool _isPulling;
    private int _unansweredPulls;
    private long _hitsTold;
    private bool _countsBeganAnew;

    /// <param name="epoch">Greater than any epoch used before for this server (a restarted kernel datapath takes a new one); at least
    /// 1.</param>
    /// <param name="statsIntervalMs">Between two pulls of statistics.</param>
    public PcieOffloadHook(PcieOptions options, ulong epoch, int statsIntervalMs = 500)
    {
        Pcie = new PcieHostEnd(options, this, epoch);
        _delay = new PcieDelay(options.LatencyMs);
        _statsIntervalMs = statsIntervalMs;
    }

    /// <inheritdoc/>
    public bool OffersFlows { get; init; } = true;

    /// <summary>The channel's host end, for its counters and the credit of the frame rings.</summary>
    public PcieHostEnd Pcie { get; }

    /// <summary>Times that the NIC lost its memory and was brought up to date.</summary>
    public int NicRestarts { get; private set; }

    /// <summary>Told of links of VFs that changed.</summary>
    public Action<OdpPort, bool>? LinkChanged { get; init; }

    /// <inheritdoc/>
    public bool IsReachable => !Pcie.IsNicSilent;

    /// <summary>When an envelope of the NIC arrives that is under way; null when none is.</summary>
    public long? NextArrivalMs => _delay.NextMs;

    /// <summary>Nothing is under way: every request has its result, and the statistics asked for have arrived.</summary>
    public bool IsSettled => Pcie.UnansweredCount == 0 && !_isPulling;

    public void Attach(KernelDatapath kernel) => _kernel = kernel;

    /// <summary>
    /// Adds a port to the NIC, or changes its address and link state. VFs and physical ports only; tunnel ports follow the tunnel tables.
    /// </summary>
    public void SetPort(PortConfig port)
    {
        _ports[port.Port] = port;
        Pcie.TrySend(port);
    }

    public void RemovePort(OdpPort port)
    {
        _limits.Remove(port);
        if (_ports.Remove(port)) Pcie.TrySend(new PortRemove(port));
    }

    public void Put(DatapathFlow flow)
    {
        ref var told = ref CollectionsMarshal.GetValueRefOrAddDefault(_told, flow.Ufid, out _);
        var canModify = told.IsTaken && told.Unanswered == 0;
        told.Unanswered++;
        if (canModify)
        {
            Pcie.Modify(flow.Ufid, flow.Actions);
            return;
        }

        (told.BasePackets, told.BaseBytes) = (flow.BasePackets, flow.BaseBytes);
        if (!Pcie.TrySend(
                new FlowPut(flow.Ufid, flow.Match, flow.Actions, told.BasePackets, told.BaseBytes, flow.Mark, flow.Rank)))
            Pcie.TrySend(new FlowWithdraw(flow.Ufid, "the queue to the NIC is full", OffloadShortage.Queue));
    }

    public void Withdraw(DatapathFlow flow, string reason)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_told, flow.Ufid, out _).Unanswered++;
        Pcie.TrySend(new FlowWithdraw(flow.Ufid, reason, OffloadShortage.Busier));
    }

    public void Delete(Ufid ufid)
    {
        if (_told.Remove(ufid, out var told)) Orphan(ufid, told);
        Pcie.TrySend(new FlowDelete(ufid, MayBeUnknown: told is not { IsTaken: true, Unanswered: 0 }));
    }

    public void Flush()
    {
        foreach (var (ufid, told) in _told) Orphan(ufid, told);
        _told.Clear();
        Pcie.TrySend(new FlowFlush());
    }

    public void Limit(OdpPort port, PortLimits limits)
    {
        if (limits.IsNone) _limits.Remove(port);
        else _limits[port] = limits;
        Pcie.TrySend(new PortLimit(port, limits));
    }

    public void Tunnel(TunnelUpdate update) => Pcie.TrySend(new TunnelChange(update));

    /// <summary>Takes an envelope from the NIC.</summary>
    public void Receive(PcieEnvelope envelope, long nowMs)
    {
        _delay.Add(envelope, nowMs);
        Arrive(nowMs);
    }

    /// <summary>Takes what has arrived by now (<see cref="NextArrivalMs"/>).</summary>
    public void Arrive(long nowMs)
    {
        var wasReachable = IsReachable;
        while (_delay.TryTake(nowMs, out var envelope)) Pcie.Receive(envelope, nowMs);
        if (!wasReachable && IsReachable) _kernel?.OfferAgain();
        Reoffer(nowMs);
    }

    /// <summary>
    /// Looks whether the NIC still answers, pulls statistics when it is time and there are flows, and tells the NIC what the host
    /// forwarded. Meant for every 10 to 250 ms.
    /// </summary>
    public void Tick(long nowMs)
    {
        Arrive(nowMs);
        Pcie.Watch(nowMs);
        if (_kernel is null || _kernel.Statistics.FlowCount + _kernel.PushedFlows.Count == 0) return;
        // The first pull comes an interval late, when ports and tunnels have been told: it ends what an earlier host had told.
        _pulledMs ??= nowMs;
        if (!_isPulling && nowMs - _pulledMs >= _statsIntervalMs) PullStatistics(nowMs);
    }

    /// <summary>Asks for statistics now; the reports reach the kernel datapath as they come.</summary>
    public void PullStatistics(long nowMs)
    {
        TellHostForwarded();
        _isPulling = true;
        _unansweredPulls++;
        _pulledMs = nowMs;
        Pcie.TrySend(new StatsPull());
    }

    /// <summary>Asks something that changes nothing, unless the NIC has been asked in this epoch already.</summary>
    public void Touch()
    {
        if (Pcie.SentCount == 0) Pcie.TrySend(new HostForwarded([]));
    }

    public bool TryTakeEnvelope(long nowMs, out PcieEnvelope envelope) => Pcie.TryTakeEnvelope(nowMs, out envelope);

    void IPcieHostEvents.Result(PcieRequest request, PcieResult result)
    {
        switch (request)
        {
            case FlowPut put: Answered(put.Ufid, result); break;
            case FlowModify modify: Answered(modify, result.Refused); break;
            case FlowWithdraw withdraw: Answered(withdraw.Ufid, result); break;
            case FlowDelete delete: _kernel!.OffloadDeleted(delete.Ufid, result.Final); break;
            case FlowFlush: _kernel!.OffloadFlushed(); break;
            case StatsPull: _unansweredPulls--; break;
        }
    }

    void IPcieHostEvents.Statistics(StatsReply reply)
    {
        _kernel!.ApplyOffloadStatistics(reply.Flows);
        // The end of an earlier pull tells nothing of what was asked later.
        if (!reply.IsLast || _unansweredPulls > 0) return;
        _isPulling = false;
        _kernel.OffloadStatisticsComplete(_pulledMs!.Value);
    }

    void IPcieHostEvents.Pushed(StatsPush push) => _kernel!.ApplyOffloadStatistics(push.Flows);

    void IPcieHostEvents.LinkChanged(LinkEvent link) => LinkChanged?.Invoke(link.Port, link.IsUp);

    void IPcieHostEvents.NicRestarted()
    {
        NicRestarts++;
        _told.Clear();
        _orphans.Clear();
        _isPulling = false;
        _unansweredPulls = 0;
        _pulledMs = null;
        foreach (var port in _ports.Values) Pcie.TrySend(port);
        foreach (var (port, limits) in _limits) Pcie.TrySend(new PortLimit(port, limits));
        _kernel!.OffloadReset();
    }

    private void Answered(Ufid ufid, PcieResult result)
    {
        _countsBeganAnew |= result.Final is not null;
        if (!TryAnswerOrphan(ufid)) AnswerTold(ufid, result.IsOk);
        _kernel!.OffloadResult(ufid, result.IsOk, result.Refusal, result.Final, result.IsPartial, result.Shortage);
    }

    private void Answered(FlowModify modify, IReadOnlyList<FlowRefusal> refused)
    {
        var next = 0;
        for (var i = 0; i < modify.Ufids.Count; i++)
        {
            var why = next < refused.Count && refused[next].Index == i ? refused[next++] : null;
            _countsBeganAnew |= why?.Final is not null;
            if (!TryAnswerOrphan(modify.Ufids[i])) AnswerTold(modify.Ufids[i], why is null);
            _kernel!.OffloadResult(modify.Ufids[i], why is null, why?.Reason, why?.Final, why?.IsPartial == true);
        }
    }

    private void Orphan(Ufid ufid, in Told told)
    {
        if (told.Unanswered > 0) _orphans[ufid] = _orphans.GetValueOrDefault(ufid) + told.Unanswered;
    }

    private bool TryAnswerOrphan(Ufid ufid)
    {
        if (!_orphans.TryGetValue(ufid, out var count)) return false;
        if (count == 1) _orphans.Remove(ufid);
        else _orphans[ufid] = count - 1;
        return true;
    }

    private void AnswerTold(Ufid ufid, bool isOk)
    {
        ref var told = ref CollectionsMarshal.GetValueRefOrNullRef(_told, ufid);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref told)) return;
        told.Unanswered--;
        told.IsTaken = isOk;
        if (!isOk && told.Unanswered <= 0) _told.Remove(ufid);
    }

    private void Reoffer(long nowMs)
    {
        if (_kernel is null || !IsReachable) return;
        var room = ReofferWindow - Pcie.UnansweredCount;
        if (room <= 0) return;
        if (_kernel.PendingReoffers > 0) _kernel.ReofferAll(room);
        else _kernel.OfferWaiting(room, nowMs);
    }

    /// <summary>
    /// With these, L2's statistics equal L3's: each is the whole of what the NIC has not counted, so that one told too early is put right
    /// by the next. Skipped while the host forwards nothing, which is the rule.
    /// </summary>
    private void TellHostForwarded()
    {
        var hits = _kernel!.Statistics.Hit;
        if (hits == _hitsTold && !_countsBeganAnew) return;
        (_hitsTold, _countsBeganAnew) = (hits, false);
        foreach (var flow in _kernel.Flows)
        {
            ref var told = ref CollectionsMarshal.GetValueRefOrNullRef(_told, flow.Ufid);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref told) || told.BasePackets == flow.BasePackets) continue;
            _shares.Add(new HostShare(flow.Ufid, flow.BasePackets, flow.BaseBytes));
            (told.BasePackets, told.BaseBytes) = (flow.BasePackets, flow.BaseBytes);
            if (_shares.Count == ShareChunk) SendShares();
        }

        if (_shares.Count > 0) SendShares();
    }

    private void SendShares()
    {
        Pcie.TrySend(new HostForwarded([.. _shares]));
        _shares.Clear();
    }
}
