using System.Threading.Channels;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>One operator's capture: a bounded queue of copies from the points it asked for.</summary>
public sealed class Capture : IDisposable
{
    /// <summary>Records that may wait for the reader.</summary>
    private const int QueueLimit = 8_192;

    private readonly Channel<CapturedFrame> _queue = Channel.CreateBounded<CapturedFrame>(
        new BoundedChannelOptions(QueueLimit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly HashSet<string> _points;
    private readonly int _snapLength;
    private readonly Action<Capture> _close;
    private long _lost;

    internal Capture(CaptureRequest request, Action<Capture> close)
    {
        _points = [.. request.Points];
        _snapLength = request.SnapLength;
        _close = close;
    }

    public ChannelReader<CapturedFrame> Frames => _queue.Reader;

    public void Dispose()
    {
        _close(this);
        _queue.Writer.TryComplete();
    }

    internal bool Wants(string point) => _points.Contains(point);

    internal void Offer(CapturedFrame frame)
    {
        if (!Wants(frame.Point)) return;
        if (frame.Bytes.Length > _snapLength) frame = frame with { Bytes = frame.Bytes[.._snapLength] };
        var lost = Interlocked.Exchange(ref _lost, 0);
        if (lost > 0)
            frame = frame with { Comment = $"{frame.Comment}; {lost} frames before it were not recorded: the reader is too slow" };
        if (!_queue.Writer.TryWrite(frame)) Interlocked.Add(ref _lost, lost + 1);
    }
}
