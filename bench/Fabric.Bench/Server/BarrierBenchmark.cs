using System.Diagnostics;
using Fabric.Actors;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>
/// Rules one by one, each with a barrier whose answer is waited for, into the table that all flows look rules up in. No flow can meet them,
/// but that has to be found out for each.
/// </summary>
internal sealed class BarrierBenchmark : IBenchmark
{
    private const int RuleCount = 10_000;
    private const int PerMs = 150;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private int _priority = 400;

    public string Name => "barrier";

    public string Purpose => "rules one by one, each with its barrier, into a table that no, 10 k and 100 k flows go through: time a rule";

    public void Run(BenchRun run)
    {
        foreach (var flowCount in (ReadOnlySpan<int>)[0, 10_000, 100_000]) Run(run, flowCount);
    }

    private void Run(BenchRun run, int flowCount)
    {
        using var server = new OneServer(subnet: 71);
        using var load = new SteadyLoad(server.Source, server.Sink, OneServer.Destination, Math.Max(1, run.Scaled(flowCount)), PerMs);
        using var bridge = server.DialBridge();
        using (var control = server.DialAgent()) control.Call("""{"id":0,"method":"upcall/set-flow-limit","params":["200000"]}""");
        bridge.Add($"priority=500,in_port=1,udp,{SetupBenchmark.Hashing}2");
        if (flowCount > 0) Fill(server, load, run.Scaled(flowCount));
        var count = run.Scaled(RuleCount);
        run.Measure(new BenchCase($"a rule, {flowCount:N0} flows", "us", MoreIsBetter: false), () =>
        {
            _priority--;
            // What the flows need to stay.
            if (flowCount > 0) Fill(server, load, run.Scaled(flowCount));
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < count; i++) bridge.Add($"priority={_priority},ip,nw_dst=172.16.{i >> 8}.{i & 255},actions=drop");
            return watch.Elapsed.TotalMicroseconds / count;
        });
    }

    /// <summary>Sends until each flow has its own megaflow.</summary>
    private static void Fill(OneServer server, SteadyLoad load, int flowCount)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            load.Send(SteadyLoad.Known, flowCount);
            var state = Akka.Actor.Futures.Ask<KernelPartState>(server.Kernel, GetPartState.Instance, Patience).GetAwaiter().GetResult();
            if (state.Flows >= flowCount) return;
            Invariant.Check(watch.Elapsed < Patience, $"{state.Flows} flows, and no more");
        }
    }
}
