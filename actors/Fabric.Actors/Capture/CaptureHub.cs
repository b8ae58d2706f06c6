using System.Collections.Immutable;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// The node's open captures. Parts ask <see cref="IsActive"/> and nothing else while there are none. Handing a frame to a capture copies it
/// and never blocks: a reader that is too slow loses records, and is told how many.
/// </summary>
public sealed class CaptureHub
{
    private ImmutableArray<Capture> _captures = [];
    private int _generation;

    public bool IsActive => !_captures.IsDefaultOrEmpty;

    /// <summary>Changes whenever a capture opens or closes, so that parts need to look again only then.</summary>
    public int Generation => Volatile.Read(ref _generation);

    public Capture Open(CaptureRequest request)
    {
        var capture = new Capture(request, Close);
        ImmutableInterlocked.Update(ref _captures, open => open.Add(capture));
        Interlocked.Increment(ref _generation);
        return capture;
    }

    /// <summary>Is anybody looking at this point? Then a copy is worth making.</summary>
    public bool Wants(string point)
    {
        foreach (var capture in _captures)
            if (capture.Wants(point)) return true;
        return false;
    }

    public void Record(CapturedFrame frame)
    {
        foreach (var capture in _captures) capture.Offer(frame);
    }

    private void Close(Capture capture)
    {
        ImmutableInterlocked.Update(ref _captures, open => open.Remove(capture));
        Interlocked.Increment(ref _generation);
    }
}
