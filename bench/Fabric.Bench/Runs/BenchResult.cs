namespace Fabric.Bench;

/// <summary>One measured line: a value per round, and the peer's of the same rounds where there was one.</summary>
/// <param name="Benchmark">Name of the benchmark.</param>
/// <param name="Case">What was measured and what it owes.</param>
/// <param name="Fabric">In order of the rounds.</param>
/// <param name="Peer">Name of the peer; null where the case has none or none was asked for.</param>
/// <param name="PeerValues">As many as <paramref name="Fabric"/>, or none.</param>
/// <param name="Note">Why there are no values of the peer, or what limits the figure.</param>
public sealed record BenchResult(
    string Benchmark, BenchCase Case, IReadOnlyList<double> Fabric, string? Peer, IReadOnlyList<double> PeerValues, string? Note)
{
    /// <summary>Null where nothing was measured.</summary>
    public Spread? Value => Spread.Of(Fabric);

    public Spread? PeerValue => Spread.Of(PeerValues);

    /// <summary>Fabric's value to the peer's, taken within each pair of rounds.</summary>
    public Spread? Ratio => Spread.Of(Fabric.Zip(PeerValues, (ours, theirs) => ours / theirs));

    public Verdict Verdict
    {
        get
        {
            if (Case.Target is not { } target || (target.IsRatio ? Ratio : Value) is not { } measured) return Verdict.None;
            if (!Holds(measured.Median, target.MustReach)) return Verdict.Missed;
            return target.Goal is { } goal && !Holds(measured.Median, goal) ? Verdict.Reached : Verdict.Goal;
        }
    }

    private bool Holds(double value, double bound) => Case.MoreIsBetter ? value >= bound : value <= bound;
}
