using Fabric.Bench;

namespace Fabric.Cli.Render;

/// <summary>One figure for programs: <c>fabric bench --format json</c>.</summary>
/// <param name="Target">Its number, such as P1; null where nothing is owed.</param>
/// <param name="Fabric">A value per round, in <paramref name="Unit"/>.</param>
/// <param name="PeerValues">The peer's of the same rounds; empty without a peer.</param>
/// <param name="Ratio">Fabric to the peer within each pair of rounds.</param>
/// <param name="MustReach">In the ratio if <paramref name="IsRatio"/>, else in <paramref name="Unit"/>.</param>
internal sealed record BenchLine(
    string Benchmark, string Case, string Unit, string? Target, bool MoreIsBetter, IReadOnlyList<double> Fabric, Spread? Value,
    string? Peer, IReadOnlyList<double> PeerValues, Spread? PeerValue, Spread? Ratio, double? MustReach, double? Goal, bool? IsRatio,
    Verdict Verdict, string? Note)
{
    public static BenchLine Of(BenchResult result)
    {
        var (what, target) = (result.Case, result.Case.Target);
        return new BenchLine(
            result.Benchmark, what.Name, what.Unit, target?.Row, what.MoreIsBetter, result.Fabric, result.Value, result.Peer,
            result.PeerValues, result.PeerValue, result.Ratio, target?.MustReach, target?.Goal, target?.IsRatio, result.Verdict,
            result.Note);
    }
}
