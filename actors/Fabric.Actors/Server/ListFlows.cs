namespace Fabric.Actors;

/// <summary>To a tier: list your flows if asked for; answered by <see cref="FlowList"/>, empty when not.</summary>
public sealed record ListFlows(string? Tier, string? Type, int Limit)
{
    public bool Wants(string tier) => Tier is null || Tier == tier;
}
