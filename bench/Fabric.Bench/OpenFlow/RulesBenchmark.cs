using Fabric.Agent;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Bench.OpenFlow;

/// <summary>What it costs to add, list, time and delete many rules, without the protocol around it.</summary>
internal sealed class RulesBenchmark : IBenchmark
{
    public string Name => "rules";

    public string Purpose => "adding, reading and deleting 10 k, 100 k and 1 M rules, and the memory of each";

    public void Run(TextWriter output)
    {
        foreach (var count in new[] { 10_000, 10_000, 100_000, 1_000_000 })
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var tables = new OpenFlowTables();
            var added = Time(() => Add(tables, count));
            var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
            var ticked = Time(() => tables.Expire(1000, []));
            var read = Time(() => Invariant.Check(tables.Rules.Count() == count, "all rules are listed"));
            var replaced = Time(() => Add(tables, count));
            var deleted = Time(() => tables.TryApply(new FlowMod { Command = FlowModCommand.Delete }, 0, null, out _));
            Invariant.Check(tables.RuleCount == 0, "all rules are deleted");
            output.WriteLine($"{count,9} rules: add {added * 1e3,7:F1} ms, replace {replaced * 1e3,7:F1} ms, list {read * 1e3,6:F1} ms, "
                + $"tick {ticked * 1e3:F3} ms, delete {deleted * 1e3,7:F1} ms, {memory / (double)count:F0} B each");
            output.Flush();
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

    private static double Time(Action work)
    {
        var start = ThreadClock.Seconds;
        work();
        return ThreadClock.Seconds - start;
    }
}
