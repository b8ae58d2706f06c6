using System.Diagnostics;

namespace Fabric.Actors;

/// <summary>Tells when a peer's reads follow each other so closely that they deserve a <see cref="Dialogue"/>.</summary>
internal struct AskingRhythm
{
    private const int Enough = 32;
    private const int MaxPauseMs = 1;

    private long _last;
    private int _count;

    /// <summary>To be called for each read.</summary>
    public bool Beat()
    {
        var now = Stopwatch.GetTimestamp();
        _count = now - _last < MaxPauseMs * Stopwatch.Frequency / 1_000 ? _count + 1 : 0;
        _last = now;
        return _count >= Enough;
    }
}
