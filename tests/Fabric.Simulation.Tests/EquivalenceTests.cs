using System.Globalization;
using Xunit.Abstractions;

namespace Fabric.Simulation.Tests;

/// <summary>Caches decide where a frame is answered, never what becomes of it (property N2 of the NIC, for the whole fabric).</summary>
public sealed class EquivalenceTests(ITestOutputHelper output)
{
    private const int Frames = 4_000;

    [Fact]
    public void EveryCombinationOfCachesDeliversAndDropsTheSameFrames()
    {
        var seed = Seeds.All[0];
        Outcome? first = null;
        for (var combination = 0; combination < 8; combination++)
        {
            var (hasL1, hasL2, hasMegaflows) = ((combination & 1) == 0, (combination & 2) == 0, (combination & 4) == 0);
            var outcome = Run(seed, hasL1, hasL2, hasMegaflows);
            var name = $"L1 {hasL1}, L2 {hasL2}, megaflows {hasMegaflows}";
            output.WriteLine($"{name}: {outcome.Delivered} delivered, drops {outcome.Drops}, upcalls {outcome.Upcalls}");
            first ??= outcome;
            Assert.True(outcome.Violations == "", $"{name}: {outcome.Violations} ({Seeds.Rerun(seed)})");
            Assert.True(outcome.Drops == first.Drops, $"{name} drops {outcome.Drops}, not {first.Drops} ({Seeds.Rerun(seed)})");
            Assert.True(outcome.Arrivals.SetEquals(first.Arrivals), $"{name} delivers other frames ({Seeds.Rerun(seed)})");
        }

        Assert.True(first!.Delivered > Frames / 2, "most frames are delivered");
        Assert.Contains("Policy", first.Drops, StringComparison.Ordinal);
    }

    private static Outcome Run(int seed, bool hasL1, bool hasL2, bool hasMegaflows)
    {
        var shape = new SimShape
        {
            Servers = 3, BlueVms = 5, GreenVms = 4, HasL1 = hasL1, HasL2 = hasL2, HasMegaflows = hasMegaflows, HasSinks = true,
        };
        using var fabric = new SimFabric(seed, shape);
        fabric.Run(1_500);
        var frames = new RandomFrames(fabric, new Random(seed));
        for (var i = 0; i < Frames; i++)
        {
            var (vm, bytes) = frames.Next();
            fabric.World.Clock.In(i * 100L, "frame", () => fabric.Vms[vm].SendRaw(bytes));
        }

        fabric.Run(Frames / 10 + 1_500);
        var upcalls = fabric.Hosts.Sum(h => h.Agent.Engine.UpcallCount);
        fabric.CheckFreshness();
        fabric.Drain();
        var arrivals = new HashSet<string>(StringComparer.Ordinal);
        foreach (var vm in fabric.Vms)
            foreach (var (hash, count) in vm.Arrived)
                arrivals.Add(string.Create(CultureInfo.InvariantCulture, $"{vm.Plan.Name} {hash:x} {count}"));
        var drops = string.Join(", ", fabric.World.Ledger.Drops(_ => true).Select(d => $"{d.Key} {d.Value}"));
        return new Outcome(arrivals, drops, fabric.Vms.Sum(vm => vm.Arrived.Values.Sum()), upcalls, fabric.World.Violations.ToString());
    }

    private sealed record Outcome(HashSet<string> Arrivals, string Drops, int Delivered, long Upcalls, string Violations);
}
