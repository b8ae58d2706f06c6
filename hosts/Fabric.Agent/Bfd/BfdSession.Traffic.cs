namespace Fabric.Agent;

/// <summary>What other packets mean to a session (OVS: <c>bfd_account_rx</c>, <c>bfd_try_decay</c>).</summary>
public sealed partial class BfdSession
{
    /// <summary>Both switches look this rarely.</summary>
    private const int ShortestWatchMs = 2_000;

    private bool _isDecayed;
    private long _decayDetectMs;
    private long _receivedBefore;
    private long _controlPackets;
    private long _trustsPacketsUntilMs;
    private long _needsControlPacketMs;

    /// <summary>Packets came in by the interface.</summary>
    public void Account(long nowMs)
    {
        if (!_settings.ForwardsIfReceiving) return;
        Reckon(nowMs);
        TrustPackets(nowMs);
        Reckon(nowMs);
    }

    private void TrustPackets(long nowMs) =>
        _trustsPacketsUntilMs = Math.Max(RxIntervalMs * _settings.Multiplier, ShortestWatchMs) + nowMs;

    /// <summary>Packets prove that they arrive here, not that the other end is well: now and then it has to say so.</summary>
    private bool MayTrustPackets(long nowMs) =>
        _settings.ForwardsIfReceiving && _trustsPacketsUntilMs > nowMs && _needsControlPacketMs > nowMs;

    /// <summary>Little but control packets came, so rarer ones will do. The count of all packets may be late: it is given room.</summary>
    private void TryDecay(long nowMs)
    {
        _isDecayed = _received() - _receivedBefore <= 2 * Math.Max(_controlPackets, 1);
        WatchForDecay(nowMs);
    }

    private void WatchForDecay(long nowMs)
    {
        (_receivedBefore, _controlPackets) = (_received(), 0);
        _decayDetectMs = Math.Max(_settings.DecayMinRxMs, ShortestWatchMs) + nowMs;
    }
}
