using System.Diagnostics;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>
/// P15: a NIC whose firmware is reset has lost ports, tunnels and flows; the kernel datapath notices and tells it everything anew. A round
/// ends when host and NIC agree that all flows are there.
/// </summary>
internal sealed class ResetBenchmark : IBenchmark
{
    private const int FlowCount = 10_000;
    private const int PerMs = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public string Name => "reset";

    public string Purpose => "P15: reset of a NIC with 10 k flows under traffic, until all of them are offloaded again";

    public void Run(BenchRun run)
    {
        using var server = new OneServer(subnet: 70);
        using (var bridge = server.DialBridge()) bridge.Add($"priority=500,in_port=1,udp,{SetupBenchmark.Hashing}2");
        var (kernel, nic, count) = (server.Kernel, server.Nic, run.Scaled(FlowCount));
        using var load = new SteadyLoad(server.Source, server.Sink, OneServer.Destination, count, PerMs);
        load.Begin(SteadyLoad.Known);
        AwaitAll(run, kernel, nic, count);
        run.Measure(new BenchCase($"reset of a NIC with {count:N0} flows", "s", Targets.P15, MoreIsBetter: false), () =>
        {
            var watch = Stopwatch.StartNew();
            nic.Tell(ResetNic.Instance);
            AwaitAll(run, kernel, nic, count);
            return watch.Elapsed.TotalSeconds;
        });
        load.End();
    }

    /// <summary>The NIC is asked first: right after its reset the host still believes that it has everything.</summary>
    private static void AwaitAll(BenchRun run, IActorRef kernel, IActorRef nic, int count)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var onNic = nic.Ask<NicPartState>(GetPartState.Instance, Patience).GetAwaiter().GetResult().FlowsL2;
            if (onNic >= count && kernel.Ask<KernelPartState>(GetPartState.Instance, Patience).GetAwaiter().GetResult().Offloaded >= count)
                return;
            Invariant.Check(watch.Elapsed < Patience, $"{onNic} flows on the NIC, and no more");
            run.Pause(Pause);
        }
    }
}
