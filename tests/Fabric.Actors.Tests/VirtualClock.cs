namespace Fabric.Actors.Tests;

/// <summary>Moves only when the test says so.</summary>
internal sealed class VirtualClock : FabricClock
{
    private long _nowUs = 1_000_000_000;

    public override long NowUs => Volatile.Read(ref _nowUs);

    public override long UnixUs => 1_700_000_000_000_000 + NowUs;

    public void Add(long ms) => Interlocked.Add(ref _nowUs, ms * 1_000);
}
