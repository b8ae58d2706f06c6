namespace Fabric.Flow;

/// <summary>
/// The place of a flow among flows that overlap: of those that match a frame the one with the greatest rank answers. A rank is a list of
/// numbers, compared from the first on; where one list ends, the longer one is greater. So whoever makes flows by a series of choices can
/// rank them by what was chosen at each step, and a change of one choice leaves the ranks of the others as they are.
/// </summary>
public sealed class FlowRank : IComparable<FlowRank>, IEquatable<FlowRank>
{
    private readonly int[] _steps;

    public FlowRank(params ReadOnlySpan<int> steps) => _steps = steps.ToArray();

    public int CompareTo(FlowRank? other) => other is null ? 1 : _steps.AsSpan().SequenceCompareTo(other._steps);

    public bool Equals(FlowRank? other) => other is not null && _steps.AsSpan().SequenceEqual(other._steps);

    public override bool Equals(object? obj) => Equals(obj as FlowRank);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var step in _steps) hash.Add(step);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join('.', _steps);

    public static bool operator >(FlowRank left, FlowRank right) => left.CompareTo(right) > 0;

    public static bool operator <(FlowRank left, FlowRank right) => left.CompareTo(right) < 0;

    public static bool operator >=(FlowRank left, FlowRank right) => left.CompareTo(right) >= 0;

    public static bool operator <=(FlowRank left, FlowRank right) => left.CompareTo(right) <= 0;

    /// <summary>The same identifier on every machine and in every run: a flow's match and its rank together.</summary>
    public Ufid Distinguish(Ufid match)
    {
        // FNV-1a, 64 bits.
        var hash = 0xcbf2_9ce4_8422_2325UL;
        foreach (var step in _steps) hash = (hash ^ (uint)step) * 0x100_0000_01b3UL;
        return new Ufid(match.High ^ hash, match.Low + hash);
    }
}
