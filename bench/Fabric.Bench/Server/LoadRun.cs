using System.Diagnostics;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Guest;

namespace Fabric.Bench.Server;

/// <summary>One measured load between two VMs: datagrams received and checked, per second of wall and of processor time.</summary>
internal sealed class LoadRun
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RampUp = TimeSpan.FromMilliseconds(50);

    private readonly BenchRun _run;
    private readonly IActorRef _sender;
    private readonly Func<long> _received;
    private readonly List<double> _perCpu = [];
    private readonly List<double> _bytes = [];
    private volatile bool _isOpen;

    private LoadRun(BenchRun run, IActorRef sender, Func<long> received) => (_run, _sender, _received) = (run, sender, received);

    /// <param name="received">Datagrams that the receiving VM has taken.</param>
    public static void Measure(
        BenchRun run, BenchCase what, IActorRef sender, TrafficOptions load, Func<long> received, int window, PeerSource? peer = null)
    {
        var measured = new LoadRun(run, sender, received);
        // Closing the window stops the sender, so that the machine is the peer's in the peer's rounds.
        sender.Tell(new StartLoad(load, () => received() - (measured._isOpen ? 0 : window), window));
        run.Measure(what, measured.MeasureRound, peer);
        sender.Ask<LoadStopped>(StopLoad.Instance, TimeSpan.FromSeconds(5)).Wait();
        run.Add(new BenchCase($"{what.Name}, per CPU-second", "kpps"), measured._perCpu.TakeLast(run.Options.Rounds).ToList());
        run.Add(
            new BenchCase($"{what.Name}, allocated", "B/frame", Targets.P18, MoreIsBetter: false),
            measured._bytes.TakeLast(run.Options.Rounds).ToList());
    }

    private double MeasureRound()
    {
        _isOpen = true;
        _sender.Tell(LoadCredit.Instance);
        Thread.Sleep(RampUp);
        using var process = Process.GetCurrentProcess();
        var (frames, bytes) = (_received(), GC.GetTotalAllocatedBytes(precise: true));
        var (cpu, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        Thread.Sleep(_run.Scaled(Round));
        var seconds = watch.Elapsed.TotalSeconds;
        process.Refresh();
        var used = (process.TotalProcessorTime - cpu).TotalSeconds;
        var got = _received() - frames;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        _isOpen = false;
        _perCpu.Add(got / Math.Max(1e-3, used) / 1e3);
        _bytes.Add((double)allocated / Math.Max(1, got));
        return got / seconds / 1e3;
    }
}
