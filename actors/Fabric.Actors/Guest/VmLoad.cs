using Akka.Actor;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// A VM's part in a measured load, as source or as sink. It is a closed loop: no more is under way than the window and half of the first
/// queue allow, so that what is measured is the path and not its drops.
/// </summary>
/// <param name="ways">The VM's, of which the way to its VF is the first queue.</param>
internal sealed class VmLoad(GuestStack stack, VmWays ways)
{
    /// <summary>Datagrams made in one turn: a few batches, so that the VM still hears other messages.</summary>
    private const int Burst = 256;

    private StartLoad? _request;
    private TrafficGenerator? _generator;
    private IActorRef? _source;

    public void Start(StartLoad request, long nowUs)
    {
        // What time adds to the window would be most after a pause of the process, when the queues are full already.
        _generator = stack.StartTraffic(request.Options with { PacketsPerSecond = 0 }, nowUs);
        Invariant.Check(_generator is not null, "a load has a route");
        _request = request;
    }

    public LoadStopped Stop()
    {
        _generator?.Stop();
        var stopped = new LoadStopped(_generator?.Sent ?? 0);
        _generator = null;
        return stopped;
    }

    public SinkStarted StartSink(StartSink sink)
    {
        var checker = stack.StartChecker(sink.Options);
        Invariant.Check(checker is not null, "the ports of a load are free");
        _source = sink.Source;
        return new SinkStarted(checker);
    }

    /// <summary>Frames were taken: there is room for others.</summary>
    public void TellSource() => _source?.Tell(LoadCredit.Instance);

    /// <summary>Makes as many datagrams as may be sent now; false when that is none, or all have been sent.</summary>
    public bool TryEmit(long nowUs)
    {
        if (_generator is null || ways.Vf is not { ToVf.Link: var firstQueue }) return false;
        var underWay = (int)(_generator.Sent - _request!.Received());
        var room = Math.Min(firstQueue.Capacity / 2 - firstQueue.Queued, _request.Window - underWay);
        if (room <= 0) return false;
        return _generator.Emit(Math.Min(room, Burst), nowUs) > 0;
    }
}
