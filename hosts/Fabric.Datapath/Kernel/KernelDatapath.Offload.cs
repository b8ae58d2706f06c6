using Fabric.Flow;
using Fabric.Tunnels;

namespace Fabric.Datapath;

/// <summary>The kernel's side of the offload: offers, answers, statistics, reset.</summary>
public sealed partial class KernelDatapath
{
    /// <summary>Deletes that the NIC has yet to confirm, oldest incarnation first in each chain.</summary>
    private readonly Dictionary<Ufid, DatapathFlow> _pendingDeletes = [];

    /// <summary>Flows by mark; null without partial offload.</summary>
    private readonly Dictionary<uint, DatapathFlow>? _marks;
    private uint _lastMark;
    private int _offloadedCount;
    private long _flushesSent;
    private long _flushesConfirmed;
    private long _reportedMs = long.MinValue / 2;
    private int _reofferCursor;

    /// <summary>Why a flow is not offloaded that came while the NIC did not answer.</summary>
    public const string NicSilent = "the NIC does not answer";

    /// <summary>Why no flow is offloaded where none is offered.</summary>
    public const string OffloadIsOff = "offload is off for this server";

    /// <summary>Why no flow is offloaded where flows are for the host alone.</summary>
    public const string HostAlone = "tc-policy is skip_hw";

    /// <summary>Flows that the NIC executes: none while it does not answer.</summary>
    public int OffloadedCount => IsNicReachable ? _offloadedCount : 0;

    /// <summary>Flows deleted on the host that the NIC may still execute.</summary>
    public int PendingDeletes { get; private set; }

    /// <summary>Flows that a reset took from the NIC and that have not been offered again yet (an upper bound).</summary>
    public int PendingReoffers => _reofferCursor + _repush.Count;

    /// <summary>Reports of the NIC that name an unknown flow, or a flow with an unknown statistics context; they change nothing.</summary>
    public long StrayReports { get; private set; }

    public bool IsDeletePending(Ufid ufid) => _pendingDeletes.ContainsKey(ufid);

    /// <summary>A refused flow counts: the NIC may keep its match to send frames to the host for the right reason.</summary>
    private static bool IsKnownToNic(DatapathFlow flow) => flow.Offload != OffloadState.None;

    /// <summary>False while the NIC does not answer: then it executes no flow, whatever it was told before.</summary>
    public bool IsNicReachable => _hook is not { IsReachable: false };

    /// <summary>How a flow stands with the NIC now.</summary>
    public OffloadState OffloadOf(DatapathFlow flow) => IsNicReachable ? flow.Offload : OffloadState.None;

    /// <summary>Why the NIC does not execute a flow now; null when it does.</summary>
    public string? WhyNotOffloaded(DatapathFlow flow) =>
        !HasOffload ? OffloadIsOff : !Policy.OffersFlows ? HostAlone : IsNicReachable ? flow.NotOffloadedBecause : NicSilent;

    private static bool MayForwardOnNic(DatapathFlow flow) => flow.Offload is OffloadState.Yes or OffloadState.Requested;

    /// <summary>Changes the tunnel tables here and on the NIC.</summary>
    public void ApplyTunnel(TunnelUpdate update)
    {
        Tunnels.Apply(update);
        _hook?.Tunnel(update);
    }

    public OffloadPolicy Policy { get; private set; } = new();

    /// <summary>
    /// When no flow is to be offered any more, all are flushed, since the NIC may have them; when they are again, all wait to be offered
    /// by <see cref="ReofferAll"/>.
    /// </summary>
    public void SetOffload(OffloadPolicy policy)
    {
        var didOffer = Policy.OffersFlows;
        Policy = policy;
        if (policy.OffersFlows == didOffer) return;
        if (didOffer) FlowFlush();
        else if (_hook is not null) OfferAgain();
    }

    /// <summary>The host does not use the flow: the NIC executes it, and it is to be there alone.</summary>
    private bool IsLeftToNic(DatapathFlow flow) =>
        Policy.Tc == TcPolicy.SkipSw && flow.Offload == OffloadState.Yes && HasOffload && IsNicReachable;

    private void SetState(DatapathFlow flow, OffloadState state)
    {
        if (flow.Offload == OffloadState.Yes) _offloadedCount--;
        if (state == OffloadState.Yes) _offloadedCount++;
        flow.Offload = state;
    }

    /// <param name="isAgain">It waits for room, and why is shown until the NIC says otherwise.</param>
    private void Offer(DatapathFlow flow, bool isAgain = false)
    {
        if (_hook is null || !Policy.OffersFlows) return;
        if (flow.Offload == OffloadState.None && !_hook.IsReachable)
        {
            flow.OffloadReason = NicSilent;
            return;
        }

        SetState(flow, OffloadState.Requested);
        if (!isAgain) flow.OffloadReason = null;
        flow.UnansweredOffers++;
        if (_marks is not null && flow.Mark == 0 && flow.Rank is null) _marks.Add(flow.Mark = ++_lastMark, flow);
        _hook.Put(flow);
    }

    /// <summary>
    /// The NIC's answer to the oldest unanswered offer of this flow, or (with none open) the news that it had to let the flow go.
    /// </summary>
    /// <param name="reason">Why not, when <paramref name="ok"/> is false.</param>
    /// <param name="final">With a refusal: what the NIC had counted for the flow, if it had it.</param>
    /// <param name="isPartial">With a refusal: the NIC marks the flow's frames for the host.</param>
    /// <param name="shortage">With a refusal: what there was no room of.</param>
    public void OffloadResult(
        Ufid ufid, bool ok, string? reason, OffloadStatistics? final = null, bool isPartial = false,
        OffloadShortage shortage = OffloadShortage.None)
    {
        // Answers come in the order of the requests, so one for an offer before an unconfirmed delete belongs to the deleted flow.
        for (var pending = _pendingDeletes.GetValueOrDefault(ufid); pending is not null; pending = pending.NextPendingDelete)
        {
            if (pending.UnansweredOffers == 0) continue;
            pending.UnansweredOffers--;
            if (final is { } last) Merge(pending, in last);
            if (!ok) pending.ForgetNicReports();
            return;
        }

        if (!TryFind(ufid, out var flow)) return;
        if (flow.UnansweredOffers > 0) flow.UnansweredOffers--;
        if (!ok)
        {
            if (final is { } last) Merge(flow, in last);
            flow.ForgetNicReports();
        }

        if (flow.UnansweredOffers > 0) return;
        SetState(flow, ok ? OffloadState.Yes : isPartial ? OffloadState.Partial : OffloadState.Refused);
        flow.OffloadReason = ok ? null : reason ?? "refused";
        if (shortage == OffloadShortage.None) _waiting.Remove(flow, isTaken: ok);
        else _waiting.Add(flow, shortage, NowMs);
        if (shortage == OffloadShortage.Busier) _waiting.Freed();
    }

    /// <summary>The NIC no longer executes the flow, with the last it counted (null when it did not know the flow).</summary>
    public void OffloadDeleted(Ufid ufid, OffloadStatistics? final)
    {
        // Unknown after a reset, which confirmed everything.
        if (!_pendingDeletes.TryGetValue(ufid, out var flow)) return;
        if (final is { } last)
        {
            _waiting.Freed();
            Merge(flow, in last);
        }

        if (flow.NextPendingDelete is null) _pendingDeletes.Remove(ufid);
        else _pendingDeletes[ufid] = flow.NextPendingDelete;
        PendingDeletes--;
        Complete(flow);
    }

    /// <summary>The NIC has executed the oldest unconfirmed flush: everything deleted before it is gone.</summary>
    public void OffloadFlushed()
    {
        if (_flushesConfirmed == _flushesSent) return;
        _flushesConfirmed++;
        ConfirmDeletes(_flushesConfirmed);
    }

    /// <summary>
    /// The NIC has lost everything it had. It is told the tunnel tables at once; all flows wait to be offered again by <see
    /// cref="ReofferAll"/>.
    /// </summary>
    public void OffloadReset()
    {
        _flushesConfirmed = _flushesSent;
        ConfirmDeletes(long.MaxValue);
        _waiting.Clear();
        foreach (var flow in Flows.Concat(_pushed.Values))
        {
            flow.ForgetNicReports();
            flow.UnansweredOffers = 0;
            SetState(flow, OffloadState.None);
            flow.OffloadReason = "waits to be offered again";
        }

        _reofferCursor = 0;
        _repush.Clear();
        if (_hook is null) return;
        _reofferCursor = _flows.Count;
        // From the greatest rank down, so that none answers in the place of a greater one.
        foreach (var flow in _pushed.Values.OrderByDescending(f => f.Rank)) _repush.Enqueue(flow);
        // First the tunnels: a flow whose tunnel port is unknown would be refused.
        foreach (var update in Tunnels.Snapshot()) _hook.Tunnel(update);
    }

    /// <summary>The NIC answers again: what was not offered meanwhile is to be, by <see cref="ReofferAll"/>.</summary>
    public void OfferAgain()
    {
        _reofferCursor = _flows.Count;
        foreach (var pushed in _pushed.Values)
            if (pushed.Offload == OffloadState.None) _repush.Enqueue(pushed);
    }

    /// <summary>
    /// Offers at most <paramref name="max"/> of the flows that a reset took; returns how many. 0 means all have been offered.
    /// </summary>
    public int ReofferAll(int max)
    {
        var offered = 0;
        while (offered < max && _repush.TryDequeue(out var pushed))
        {
            if (pushed.Offload != OffloadState.None || _pushed.GetValueOrDefault(pushed.Ufid) != pushed) continue;
            Offer(pushed);
            offered++;
        }

        _reofferCursor = Math.Min(_reofferCursor, _flows.Count);
        while (offered < max && _reofferCursor > 0)
        {
            var flow = _flows[--_reofferCursor];
            if (flow.Offload != OffloadState.None) continue;
            Offer(flow);
            offered++;
        }

        return offered;
    }

    /// <summary>
    /// Merges the NIC's reports. Reports for a flow whose delete is not confirmed count for that flow, not for its successor.
    /// </summary>
    public void ApplyOffloadStatistics(ReadOnlySpan<OffloadStatistics> reports)
    {
        foreach (ref readonly var report in reports)
        {
            if (_pendingDeletes.TryGetValue(report.Ufid, out var pending)) Merge(pending, in report);
            else if (TryFind(report.Ufid, out var flow)) Merge(flow, in report);
            else StrayReports++;
        }
    }

    private void Merge(DatapathFlow flow, in OffloadStatistics report)
    {
        if (!flow.Merge(in report)) StrayReports++;
    }

    /// <summary>All flows used on the NIC up to <paramref name="asOfMs"/> have been reported.</summary>
    public void OffloadStatisticsComplete(long asOfMs) => _reportedMs = Math.Max(_reportedMs, asOfMs);

    private void Await(DatapathFlow flow)
    {
        flow.FlushesBefore = _flushesSent;
        PendingDeletes++;
        if (!_pendingDeletes.TryGetValue(flow.Ufid, out var last))
        {
            _pendingDeletes.Add(flow.Ufid, flow);
            return;
        }

        while (last.NextPendingDelete is not null) last = last.NextPendingDelete;
        last.NextPendingDelete = flow;
    }

    /// <summary>Completes the deletes made before flush number <paramref name="flush"/>.</summary>
    private void ConfirmDeletes(long flush)
    {
        foreach (var (ufid, oldest) in _pendingDeletes.ToArray())
        {
            var flow = oldest;
            for (; flow is not null && flow.FlushesBefore < flush; flow = flow.NextPendingDelete)
            {
                PendingDeletes--;
                Complete(flow);
            }

            if (flow is null) _pendingDeletes.Remove(ufid);
            else _pendingDeletes[ufid] = flow;
        }
    }
}
