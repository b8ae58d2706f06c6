using System.Diagnostics;
using System.Globalization;

namespace Fabric.Bench.Server;

/// <summary>Asks the receiving process for its count about once a millisecond, and wakes the sender with each answer.</summary>
internal sealed class SinkCounts : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Thread _thread;
    private long _received;
    private volatile bool _isDone;

    public SinkCounts(Process child, int index, Action wake)
    {
        _thread = new Thread(() =>
        {
            while (!_isDone)
            {
                child.StandardInput.WriteLine();
                var counts = child.StandardOutput.ReadLine()!.Split(' ');
                Volatile.Write(ref _received, long.Parse(counts[index], CultureInfo.InvariantCulture));
                wake();
                Thread.Sleep(Pause);
            }
        });
        _thread.Start();
    }

    public long Received => Volatile.Read(ref _received);

    public void Dispose()
    {
        _isDone = true;
        _thread.Join();
    }
}
