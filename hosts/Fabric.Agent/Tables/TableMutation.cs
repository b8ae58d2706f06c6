using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// One step of a request on the tables, kept until the request is known to succeed as a whole, so that it can be taken back.
/// </summary>
/// <param name="Added">A rule, perhaps in place of <paramref name="Removed"/>.</param>
/// <param name="IsModification">The new rule came from a modify, not an add.</param>
internal readonly record struct TableMutation(
    OpenFlowRule? Added, OpenFlowRule? Removed, AgentGroup? OldGroup, AgentGroup? NewGroup, RuleRemovedReason Reason,
    bool IsModification, object? Requester);
