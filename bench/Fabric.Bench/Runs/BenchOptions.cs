namespace Fabric.Bench;

/// <summary>How much to do, and whether peers take part.</summary>
public sealed record BenchOptions
{
    /// <summary>Run the peers that are installed on the same work, in turns.</summary>
    public bool Compares { get; init; }

    /// <summary>Rounds that count, for each side.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Share of the full work in each round; for a first look, and for tests.</summary>
    public double Scale { get; init; } = 1;
}
