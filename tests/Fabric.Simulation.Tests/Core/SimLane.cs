namespace Fabric.Simulation.Tests;

/// <summary>A way between two parts of a server, as mailboxes give it: in order, nothing lost, some time later.</summary>
internal sealed class SimLane(SimWorld world, string kind, SimPause receiver, int meanUs = 10)
{
    private long _lastUs;

    /// <summary>Frames inside the messages under way.</summary>
    public int Frames { get; private set; }

    public void Post(int frames, Action deliver)
    {
        var atUs = world.Clock.NowUs + 1 + world.Random.Next(2 * meanUs);
        _lastUs = Math.Max(Math.Max(_lastUs, receiver.UntilUs), atUs);
        Frames += frames;
        world.Ledger.OnTheWay += frames;
        world.Clock.At(_lastUs, kind, () =>
        {
            Frames -= frames;
            world.Ledger.OnTheWay -= frames;
            deliver();
        });
    }
}
