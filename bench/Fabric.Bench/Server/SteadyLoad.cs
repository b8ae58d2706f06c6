using System.Diagnostics;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>
/// Datagrams of many flows at a constant rate from one VM to another, whether they arrive or not. They are sent in runs; the receiver tells
/// those of <see cref="Known"/> from those of another run by what is written in them, so that it is certain which were sent when.
/// </summary>
internal sealed class SteadyLoad : IDisposable
{
    public const uint Known = 1;
    public const uint Other = 2;

    private const int Window = 256;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OnTheWay = TimeSpan.FromMilliseconds(50);

    private readonly IActorRef _source;
    private readonly int _perMs;
    private readonly TrafficOptions _load;
    private readonly TrafficChecker _checker;
    private readonly Timer _timer;
    private readonly Stopwatch _clock = new();

    public SteadyLoad(IActorRef source, IActorRef sink, string destination, int flowCount, int perMs)
    {
        (_source, _perMs) = (source, perMs);
        _load = new TrafficOptions { Destination = IpAddress.Parse(destination), FlowCount = flowCount, RunId = Known };
        _checker = sink.Ask<SinkStarted>(new StartSink(_load, null), Patience).GetAwaiter().GetResult().Checker;
        _timer = new Timer(_ => source.Tell(LoadCredit.Instance), null, 1, 1);
    }

    /// <summary>Datagrams of <see cref="Other"/> that have arrived.</summary>
    public long OthersReceived => _checker.Misdelivered;

    public void Begin(uint run)
    {
        _clock.Restart();
        _source.Tell(new StartLoad(_load with { RunId = run }, () => _perMs * _clock.ElapsedMilliseconds, Window));
    }

    /// <summary>Returns how many were sent since <see cref="Begin"/>; they may be on their way.</summary>
    public long End() => _source.Ask<LoadStopped>(StopLoad.Instance, Patience).GetAwaiter().GetResult().Sent;

    /// <summary>Sends a run of at least this many, and waits until they are there or dropped.</summary>
    public void Send(uint run, int count)
    {
        // A busy machine may need several attempts, each longer.
        for (var (ms, sent) = (count / _perMs + 1, 0L); sent < count; ms *= 2)
        {
            Invariant.Check(ms < Patience.TotalMilliseconds, $"the VM sends its load, of which {sent} datagrams came");
            Begin(run);
            Thread.Sleep(ms);
            sent = End();
        }

        Thread.Sleep(OnTheWay);
    }

    public void Dispose() => _timer.Dispose();
}
