namespace Fabric.Datapath;

/// <summary>Flows for which the NIC has no room.</summary>
public sealed partial class KernelDatapath
{
    private readonly OffloadWaitingList _waiting = new();

    public OffloadRoomCounters Room => new(_waiting.Count, _waiting.Offered, _waiting.Taken, 0);

    /// <summary>
    /// Offers flows again for which the NIC had no room, those with most packets first, as far as room may be expected; at most
    /// <paramref name="max"/>. Returns how many. To be called often.
    /// </summary>
    public int OfferWaiting(int max, long nowMs)
    {
        NowMs = Math.Max(NowMs, nowMs);
        if (_hook is null || !_isOffloadOn || !_hook.IsReachable) return 0;
        var offered = 0;
        for (; offered < max && _waiting.Take(nowMs) is { } flow; offered++) Offer(flow, isAgain: true);
        return offered;
    }
}
