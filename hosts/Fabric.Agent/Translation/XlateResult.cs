using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// The outcome of a translation: what to do with every packet that agrees with this one in the bits of <see cref="Mask"/>.
/// </summary>
public sealed class XlateResult
{
    public required DatapathActions Actions { get; init; }

    /// <summary>To be read.</summary>
    public ref FlowMask Mask => ref SharedMask.Mask;

    public required SharedMask SharedMask { get; init; }

    public required XlateCache Cache { get; set; }

    /// <summary>The bridge and port that the packet entered by; null when there is none.</summary>
    public AgentPort? Input { get; init; }

    public XlateError Error { get; init; }

    /// <summary>The packet is for this link's LACP and for nobody else.</summary>
    internal AgentPort? LacpPort { get; init; }

    /// <summary>The packet is for these links' BFD, and null is none: behind patch ports there may be several.</summary>
    internal IReadOnlyList<AgentPort>? BfdPorts { get; init; }

    /// <summary>Why each packet comes to the agent, as <see cref="SlowPath"/> bits; 0 when the datapath does it alone.</summary>
    internal uint SlowReasons { get; init; }

    /// <summary>
    /// What it says holds until a packet comes, so a flow of it is not kept (OVS: <c>xlate_out.avoid_caching</c>).
    /// </summary>
    internal bool IsShortLived { get; init; }

    public bool IsSlow => SlowReasons != 0;

    /// <summary>The text of <c>ofproto/trace</c>; null when not asked for.</summary>
    public string? Trace { get; init; }

    /// <summary>What the flow in the datapath does: for slow translations, hand the packet up.</summary>
    public DatapathActions FlowActions =>
        IsSlow ? new DatapathActions(new UserspaceAction(0, UserspaceReason.SlowPath, SlowReasons)) : Actions;
}
