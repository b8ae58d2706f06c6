using System.Diagnostics;
using Akka.Actor;
using Fabric.Actors;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>
/// P17: a rule is taken from under 100,000 flows in L1, with traffic on all of them, by a controller that waits for its barrier; then one
/// frame of each flow is sent. Once the flows share one megaflow, and once each has its own, which is the hard case: all are translated
/// anew.
/// </summary>
internal sealed class RevokeBenchmark : IBenchmark
{
    private const int FlowCount = 100_000;
    private const int PerMs = 150;
    private const string Match = "priority=500,in_port=1,udp,";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "revoke";

    public string Purpose => "P17: a rule under 100 k flows in L1 changed, with a barrier: time to the answer, stale frames after it";

    public void Run(BenchRun run)
    {
        Run(run, "one megaflow", "actions=output:", megaflowsPerFlow: 0);
        Run(run, "a megaflow each", SetupBenchmark.Hashing, megaflowsPerFlow: 1);
    }

    private static void Run(BenchRun run, string shape, string actions, int megaflowsPerFlow)
    {
        using var server = new OneServer(subnet: 69);
        var (nic, count) = (server.Nic, run.Scaled(FlowCount));
        using var load = new SteadyLoad(server.Source, server.Sink, OneServer.Destination, count, PerMs);
        using var bridge = server.DialBridge();
        using var control = server.DialAgent();
        var stale = new List<double>();
        run.Measure(new BenchCase($"answer, {count:N0} flows, {shape}", "ms", Targets.P17, MoreIsBetter: false), () =>
        {
            control.Call("""{"id":0,"method":"upcall/set-flow-limit","params":["200000"]}""");
            bridge.Add(Match + actions + "2");
            Fill(load, nic, count, count * megaflowsPerFlow);
            load.Begin(SteadyLoad.Known);
            Thread.Sleep(20);
            var watch = Stopwatch.StartNew();
            bridge.Add(Match + "actions=drop");
            var ms = watch.Elapsed.TotalMilliseconds;
            load.End();
            var before = load.OthersReceived;
            load.Send(SteadyLoad.Other, count);
            stale.Add(load.OthersReceived - before);
            return ms;
        });
        run.Add(
            new BenchCase($"stale frames after it, {shape}", "frames", Targets.P17Stale, MoreIsBetter: false),
            stale.TakeLast(run.Options.Rounds).ToList());
    }

    /// <summary>Sends until every flow has been seen and is bound in L1.</summary>
    private static void Fill(SteadyLoad load, IActorRef nic, int l1Count, int l2Count)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            load.Send(SteadyLoad.Known, l1Count);
            var state = nic.Ask<NicPartState>(GetPartState.Instance, Patience).GetAwaiter().GetResult();
            if (state.FlowsL1 >= l1Count && state.FlowsL2 >= l2Count) break;
            Invariant.Check(watch.Elapsed < Patience, $"{state.FlowsL1} flows in L1, {state.FlowsL2} in L2, and no more");
        }

        load.Send(SteadyLoad.Known, l1Count);
    }
}
