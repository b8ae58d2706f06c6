using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// One change of one rule, for flow monitors, flow-removed messages and journals of rules. A bundle's changes are told when it commits, in
/// its order.
/// </summary>
/// <param name="Kind">A rule that an add replaces is only told of as the added one.</param>
/// <param name="Rule">As it is after the change.</param>
/// <param name="Reason">Only of a removal.</param>
/// <param name="OldActions">Of a modification that changed them.</param>
/// <param name="Requester">Whoever asked, as given with the request; null for the switch's own doing.</param>
public readonly record struct RuleEvent(
    RuleEventKind Kind, OpenFlowRule Rule, RuleRemovedReason Reason, OpenFlowActions? OldActions, object? Requester);
