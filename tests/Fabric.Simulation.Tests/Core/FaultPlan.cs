namespace Fabric.Simulation.Tests;

/// <summary>How bad the world is: chances per frame or envelope, and mean times between the larger events (0: never).</summary>
internal sealed record FaultPlan
{
    public static readonly FaultPlan Calm = new();

    // ---- links between VTEPs
    public double Loss { get; init; }
    public double Duplicate { get; init; }
    public double Corrupt { get; init; }

    /// <summary>Chance that a frame takes another way, longer by up to <see cref="JitterUs"/>, and is overtaken.</summary>
    public double Reorder { get; init; }
    public int DelayUs { get; init; } = 50;
    public int JitterUs { get; init; }

    // ---- control envelopes over PCIe
    public double EnvelopeLoss { get; init; }
    public double EnvelopeDuplicate { get; init; }
    public double EnvelopeReorder { get; init; }

    // ---- larger events, mean ms between two in the whole fabric
    public int CutMs { get; init; }
    public int NicResetMs { get; init; }
    public int NicRestartMs { get; init; }
    public int KernelRestartMs { get; init; }
    public int AgentRestartMs { get; init; }
    public int PortFlapMs { get; init; }
    public int RuleChangeMs { get; init; }
    public int PauseMs { get; init; }
    public int ForgeMs { get; init; }

    /// <summary>A NIC's firmware stops for a while.</summary>
    public int NicHangMs { get; init; }

    /// <summary>A NIC gets no processor for a while, and the others go on.</summary>
    public int NicStillMs { get; init; }

    /// <summary>A VF is told something for a while, or is gone for a while.</summary>
    public int VfChangeMs { get; init; }

    /// <summary>Swarm: each run draws its own kinds of fault and their rates; about half of them do not occur at all.</summary>
    public static FaultPlan Draw(Random random)
    {
        double Rate(double most) => random.Next(2) == 0 ? 0 : most * random.NextDouble() * random.NextDouble();
        int Every(int leastMs, int mostMs) => random.Next(2) == 0 ? 0 : random.Next(leastMs, mostMs);
        return new FaultPlan
        {
            Loss = Rate(0.3),
            Duplicate = Rate(0.1),
            Corrupt = Rate(0.05),
            Reorder = Rate(0.3),
            DelayUs = random.Next(2) == 0 ? 50 : random.Next(20, 20_000),
            JitterUs = random.Next(2) == 0 ? 0 : random.Next(10, 50_000),
            EnvelopeLoss = Rate(0.4),
            EnvelopeDuplicate = Rate(0.3),
            EnvelopeReorder = Rate(0.5),
            CutMs = Every(200, 2_000),
            NicResetMs = Every(200, 3_000),
            NicRestartMs = Every(300, 4_000),
            KernelRestartMs = Every(300, 4_000),
            AgentRestartMs = Every(300, 4_000),
            PortFlapMs = Every(100, 1_500),
            RuleChangeMs = Every(50, 1_000),
            PauseMs = Every(200, 2_000),
            ForgeMs = Every(20, 500),
            NicHangMs = Every(300, 4_000),
            NicStillMs = Every(300, 4_000),
            VfChangeMs = Every(100, 2_000),
        };
    }
}
