namespace Fabric.Topology;

/// <summary>
/// Rules for one bridge of one server (<c>ovs.SERVER.flows.BRIDGE</c>), in <c>ovs-ofctl add-flow</c> syntax, not parsed here.
/// </summary>
public sealed record BridgeRules
{
    public required string Server { get; init; }
    public required string Bridge { get; init; }
    public required IReadOnlyList<RuleLine> Rules { get; init; }
}
