namespace Fabric.Actors;

/// <summary>To a tier: list your flows if asked for; answered by <see cref="FlowList"/>, empty when not.</summary>
public sealed record ListFlows(string? Tier, string? Type, int Limit)
{
    /// <summary>Who asks for a type asks for L3: its flows alone have one.</summary>
    public bool Wants(string tier) => (Tier is null || Tier == tier) && (tier == "l3" || Type is null or "all");
}
