using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>
/// A clock that tests stop and move (OVS: <c>lib/timeval.c</c>). Only monotonic time is theirs: dates go on, as there.
/// </summary>
internal sealed class WarpedClock(FabricClock real) : FabricClock, IWarpedTime
{
    private long? _stoppedUs;
    private long _warpedUs;
    private long _leftMs;
    private long _stepMs;

    public override long NowUs => (_stoppedUs ?? real.NowUs) + _warpedUs;

    public override long UnixUs => real.UnixUs;

    /// <summary>Milliseconds that nobody stops.</summary>
    public long RealMs => real.NowMs;

    public bool IsWarping => _leftMs > 0;

    public void Stop() => _stoppedUs = real.NowUs;

    public void Warp(long totalMs, long stepMs)
    {
        (_leftMs, _stepMs) = (totalMs, stepMs);
        Step();
    }

    /// <summary>The next step of a warp.</summary>
    public void Step()
    {
        var ms = Math.Min(_leftMs, _stepMs);
        _leftMs -= ms;
        _warpedUs += ms * 1_000;
    }
}
