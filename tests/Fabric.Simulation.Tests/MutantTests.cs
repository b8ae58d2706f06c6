namespace Fabric.Simulation.Tests;

/// <summary>Guards the guards: each checker finds the bug that was planted for it, and nothing in the same fabric without it.</summary>
public sealed class MutantTests
{
    private const int Attempts = 5;

    private static readonly SimShape Shape = new()
    {
        Servers = 3, BlueVms = 5, GreenVms = 5, GreenType = "vxlan", KernelIdleMs = 400, AgentIdleMs = 600,
    };

    private static readonly FaultPlan Plan = new() { RuleChangeMs = 80, PauseMs = 150, ForgeMs = 40 };

    /// <summary>NICs stand still, often for longer than their hosts wait for them.</summary>
    private static readonly FaultPlan StillNics = new() { RuleChangeMs = 40, NicStillMs = 300 };

    [Theory]
    [InlineData(nameof(SimMutant.LinkForgets), nameof(Rule.Conservation))]
    [InlineData(nameof(SimMutant.LinkLies), nameof(Rule.Conservation))]
    [InlineData(nameof(SimMutant.BufferKept), nameof(Rule.Conservation))]
    [InlineData(nameof(SimMutant.WrongVni), nameof(Rule.Isolation))]
    [InlineData(nameof(SimMutant.DeleteIgnored), nameof(Rule.NoStaleForwarding))]
    [InlineData(nameof(SimMutant.SecretDuplicates), nameof(Rule.AtMostOnce))]
    [InlineData(nameof(SimMutant.StaysCut), nameof(Rule.Convergence))]
    [InlineData(nameof(SimMutant.NoBackPressure), nameof(Rule.Bounded))]
    [InlineData(nameof(SimMutant.NoSpoofGuard), nameof(Rule.NoForgery))]
    [InlineData(nameof(SimMutant.ModifyIgnored), nameof(Rule.Freshness))]
    [InlineData(nameof(SimMutant.BarrierEarly), nameof(Rule.NoStaleForwarding))]
    [InlineData(nameof(SimMutant.EndlessLease), nameof(Rule.NoStaleForwarding))]
    public void APlantedBugTripsItsChecker(string mutant, string rule)
    {
        var broken = new HashSet<Rule>();
        var planted = Enum.Parse<SimMutant>(mutant);
        var shape = planted switch
        {
            SimMutant.NoBackPressure => Shape with { NicQueueFrames = 8 },
            // A flow must not expire before it is compared.
            SimMutant.ModifyIgnored => Shape with { KernelIdleMs = 10_000, AgentIdleMs = 10_000 },
            _ => Shape,
        };
        var plan = planted == SimMutant.EndlessLease ? StillNics : Plan;
        for (var seed = 1; seed <= Attempts && !broken.Contains(Enum.Parse<Rule>(rule)); seed++)
            broken.UnionWith(SimRun.Of(seed, shape, plan, planted, faultyMs: 3_000).Violations.Rules);
        Assert.Contains(Enum.Parse<Rule>(rule), broken);
    }

    [Fact]
    public void WithoutAPlantedBugTheSameFabricBreaksNoRule()
    {
        for (var seed = 1; seed <= Attempts; seed++)
        {
            foreach (var plan in (FaultPlan[])[Plan, StillNics])
            {
                var result = SimRun.Of(seed, Shape, plan, SimMutant.None, faultyMs: 3_000);
                Assert.True(result.IsGood, $"seed {seed}\n{result.Violations}");
            }
        }
    }
}
