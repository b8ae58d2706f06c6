using System.Diagnostics;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Guest;

namespace Fabric.Bench.Server;

/// <summary>One measured load between two VMs: datagrams received and checked, per second of wall and of processor time.</summary>
internal static class LoadRun
{
    private const int Rounds = 5;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    /// <param name="received">Datagrams that the receiving VM has taken.</param>
    public static void Measure(TextWriter output, string title, IActorRef sender, TrafficOptions load, Func<long> received, int window)
    {
        sender.Tell(new StartLoad(load, received, window));
        Thread.Sleep(WarmUp);
        var rates = new List<(double Rate, double Cpu, double Bytes)>();
        for (var round = 0; round < Rounds; round++) rates.Add(MeasureRound(received));
        sender.Ask<LoadStopped>(StopLoad.Instance, TimeSpan.FromSeconds(5)).Wait();
        var (rate, cpu, bytes) = (Spread(rates.Select(r => r.Rate)), Median(rates.Select(r => r.Cpu)), Median(rates.Select(r => r.Bytes)));
        output.WriteLine($"{title,-34} {rate} kpps   {cpu,8:F0} kpps/CPU-s   {bytes,7:F3} B/frame");
    }

    private static (double Rate, double Cpu, double Bytes) MeasureRound(Func<long> received)
    {
        using var process = Process.GetCurrentProcess();
        var (frames, bytes) = (received(), GC.GetTotalAllocatedBytes(precise: true));
        var (cpu, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        Thread.Sleep(Round);
        var seconds = watch.Elapsed.TotalSeconds;
        process.Refresh();
        var used = (process.TotalProcessorTime - cpu).TotalSeconds;
        var got = received() - frames;
        return (got / seconds / 1e3, got / used / 1e3, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / Math.Max(1, got));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    private static string Spread(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return $"{sorted[Rounds / 2],8:F0} ({sorted[0]:F0}–{sorted[^1]:F0})";
    }
}
