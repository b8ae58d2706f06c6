using Fabric.Agent;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Bench.OpenFlow;

/// <summary>What it costs to add, list, time and delete many rules, without the protocol around it.</summary>
internal sealed class RulesBenchmark : IBenchmark
{
    private static readonly string[] Works = ["add", "tick", "list", "replace", "delete"];

    public string Name => "rules";

    public string Purpose => "adding, timing, listing, replacing and deleting 10 k, 100 k and 1 M rules, and the memory of each";

    public void Run(BenchRun run)
    {
        Pass(run.Scaled(10_000), [], []);
        foreach (var count in new[] { 10_000, 100_000, 1_000_000 })
        {
            run.Tell($"{count:N0} rules");
            var times = Works.ToDictionary(work => work, _ => new List<double>());
            var memory = new List<double>();
            for (var round = 0; round < run.Options.Rounds; round++) Pass(run.Scaled(count), times, memory);
            foreach (var work in Works) run.Add(new BenchCase($"{work} {count:N0} rules", "ms", MoreIsBetter: false), times[work]);
            run.Add(new BenchCase($"memory of {count:N0} rules", "B each", MoreIsBetter: false), memory);
        }
    }

    private static void Pass(int count, Dictionary<string, List<double>> times, List<double> memory)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tables = new OpenFlowTables();
        Time("add", () => Add(tables, count));
        memory.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count);
        Time("tick", () => tables.Expire(1000, []));
        Time("list", () => Invariant.Check(tables.Rules.Count() == count, "all rules are listed"));
        Time("replace", () => Add(tables, count));
        Time("delete", () => tables.TryApply(new FlowMod { Command = FlowModCommand.Delete }, 0, null, out _));
        Invariant.Check(tables.RuleCount == 0, "all rules are deleted");

        void Time(string name, Action work)
        {
            var start = ThreadClock.Seconds;
            work();
            if (times.TryGetValue(name, out var list)) list.Add((ThreadClock.Seconds - start) * 1e3);
        }
    }

    /// <summary>Rules on an address and a priority of 65,536, as the peers' benchmark has them.</summary>
    private static void Add(OpenFlowTables tables, int count)
    {
        var bundle = new BundleTransaction(tables);
        for (var i = 0; i < count; i++)
        {
            var match = new Match().Set(F.EthType, 0x0800).Set(F.NwDestination, 0x0a000000u + (uint)i);
            var actions = new OpenFlowActions(new OutputPortAction(new Flow.OfpPort(1)));
            bundle.TryApply(new FlowMod { Match = match, Actions = actions, Priority = 100 }, 0, out _);
        }

        bundle.Commit();
    }
}
