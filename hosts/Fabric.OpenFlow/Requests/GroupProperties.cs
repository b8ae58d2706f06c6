namespace Fabric.OpenFlow;

/// <summary>How a select group chooses (the property that OVS registered for OpenFlow 1.5).</summary>
/// <param name="SelectionMethod">Empty for the switch's own, <c>hash</c> or <c>dp_hash</c>.</param>
/// <param name="SelectionParameter">Basis; for <c>dp_hash</c> the upper half may choose the algorithm.</param>
/// <param name="Fields">For <c>hash</c>: which bits are hashed, in the order of the field table; a field counts only in packets that
/// have it, so <c>tcp_src</c> and <c>udp_src</c> stay apart.</param>
public sealed record GroupProperties(string SelectionMethod, ulong SelectionParameter, ActionList<FieldMask> Fields)
{
    public static GroupProperties None { get; } = new("", 0, new());
}
