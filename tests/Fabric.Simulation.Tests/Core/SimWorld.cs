using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>What all parts of one run share.</summary>
internal sealed class SimWorld
{
    private ulong _life;

    public SimWorld(int seed, SimShape shape, FaultPlan faults, SimMutant mutant)
    {
        (Seed, Shape, Faults, Mutant) = (seed, shape, faults, mutant);
        Random = new Random(seed ^ 0x5157);
        Violations = new Violations(Clock);
        Ledger = new Ledger(Pool, Violations);
    }

    public int Seed { get; }

    public SimShape Shape { get; }

    /// <summary>Changes when the faults end.</summary>
    public FaultPlan Faults { get; set; }

    public SimMutant Mutant { get; }

    public SimClock Clock { get; } = new();

    /// <summary>Of delays and faults.</summary>
    public Random Random { get; }

    public FramePool Pool { get; } = new();

    public Violations Violations { get; }

    public Ledger Ledger { get; }

    /// <summary>The end: timers run out.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Greater than any before, with room for the lives that an engine counts itself.</summary>
    public ulong NextLife() => _life += 1_000_000;

    public bool Happens(double chance) => chance > 0 && Random.NextDouble() < chance;

    /// <summary>Repeats until the end, first after a random part of the interval.</summary>
    public void Every(int intervalMs, string kind, Action action)
    {
        void Again()
        {
            if (IsEnding) return;
            action();
            Clock.In(intervalMs * 1000L, kind, Again);
        }

        Clock.In(Random.Next(intervalMs * 1000), kind, Again);
    }
}
