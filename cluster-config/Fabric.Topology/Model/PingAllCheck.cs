namespace Fabric.Topology;

/// <summary>Every VM of the overlay reaches every other, in each address family, without loss.</summary>
public sealed record PingAllCheck : ValidationCheck
{
    public required string Overlay { get; init; }
    public long WithinMs { get; init; } = 10_000;
}
