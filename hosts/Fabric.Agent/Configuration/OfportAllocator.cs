using Fabric.Flow;

namespace Fabric.Agent.Configuration;

/// <summary>
/// Gives the ports of one bridge their OpenFlow numbers (OVS <c>alloc_ofp_port</c>): the number asked for when it is free, else the next
/// one after the last given. A number is not given again within an hour of its release while others are free, so that rules of a port
/// that is gone do not hit its successor; the upper half of the range is left to requests.
/// </summary>
public sealed class OfportAllocator
{
    private const ushort FirstReserved = 0xff00;
    private const ushort AutomaticEnd = 32_768;
    private const long ReuseAfterMs = 3_600_000;

    private readonly HashSet<ushort> _used = [];
    private readonly Dictionary<ushort, long> _releasedMs = [];
    private ushort _last;

    public OfpPort Take(ushort? request, long nowMs)
    {
        var number = request is { } asked and > 0 and < FirstReserved && !_used.Contains(asked) ? asked : Next(nowMs);
        if (number == 0) return OfpPort.None;
        _used.Add(number);
        _releasedMs.Remove(number);
        return new OfpPort(number);
    }

    public void Release(OfpPort port, long nowMs)
    {
        if (_used.Remove(port.Value)) _releasedMs[port.Value] = nowMs;
    }

    /// <summary>The next unused number, or else the one that has been unused for longest; 0 when there is none.</summary>
    private ushort Next(long nowMs)
    {
        ushort oldest = 0;
        for (var tries = 1; tries < AutomaticEnd; tries++)
        {
            _last = ++_last >= AutomaticEnd ? (ushort)1 : _last;
            if (_used.Contains(_last)) continue;
            if (!_releasedMs.TryGetValue(_last, out var releasedMs) || nowMs - releasedMs > ReuseAfterMs) return _last;
            if (oldest == 0 || releasedMs < _releasedMs[oldest]) oldest = _last;
        }

        return oldest;
    }
}
