namespace Fabric.Simulation.Tests;

/// <param name="Delivered">Frames that guests took.</param>
/// <param name="Watched">Answers of L1 and L2 whose flow was looked at.</param>
internal sealed record SimResult(int Seed, ulong TraceHash, long Steps, long Delivered, long Watched, Violations Violations)
{
    public bool IsGood => Violations.Count == 0;
}
