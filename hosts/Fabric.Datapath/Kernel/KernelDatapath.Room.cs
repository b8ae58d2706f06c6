using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>Flows for which the NIC has no room.</summary>
public sealed partial class KernelDatapath
{
    private readonly OffloadWaitingList _waiting = new();

    private readonly OffloadRebalancer _rebalancer = new();
    private long _swapped;

    /// <summary>Why a flow is not on the NIC that made place for another.</summary>
    public const string Outdone = "a busier flow has its place on the NIC";

    public OffloadRoomCounters Room => new(_waiting.Count, _waiting.Offered, _waiting.Taken, _swapped);

    /// <summary>
    /// Offers flows again for which the NIC had no room, those with most packets first, as far as room may be expected; at most
    /// <paramref name="max"/>. Returns how many. To be called often.
    /// </summary>
    public int OfferWaiting(int max, long nowMs)
    {
        NowMs = Math.Max(NowMs, nowMs);
        if (_hook is null || !Policy.OffersFlows || !_hook.IsReachable) return 0;
        if (Policy.MaySwap && _waiting.Count > 0) Rebalance(nowMs);
        else _rebalancer.Forget();
        var offered = 0;
        for (; offered < max && _waiting.Take(nowMs) is { } flow; offered++) Offer(flow, isAgain: true);
        return offered;
    }

    /// <summary>Those that go leave room, and the busiest that wait are offered as for any room.</summary>
    private void Rebalance(long nowMs)
    {
        foreach (var flow in _rebalancer.Choose(Flows, _waiting, nowMs))
        {
            SetState(flow, OffloadState.Requested);
            flow.OffloadReason = Outdone;
            flow.UnansweredOffers++;
            _swapped++;
            _hook!.Withdraw(flow, Outdone);
        }
    }
}
