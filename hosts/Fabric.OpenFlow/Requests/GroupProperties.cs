namespace Fabric.OpenFlow;

/// <summary>How a select group chooses (the property that OVS registered for OpenFlow 1.5).</summary>
/// <param name="SelectionMethod">Empty for the switch's own, <c>hash</c> or <c>dp_hash</c>.</param>
/// <param name="SelectionParameter">Basis; for <c>dp_hash</c> the upper half may choose the algorithm.</param>
/// <param name="Fields">For <c>hash</c>: the mask says which bits are hashed.</param>
public sealed record GroupProperties(string SelectionMethod, ulong SelectionParameter, Match Fields)
{
    public static GroupProperties None { get; } = new("", 0, Match.Any);
}
