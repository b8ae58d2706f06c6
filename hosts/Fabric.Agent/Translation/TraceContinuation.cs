using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>A packet that the datapath will send back, as a trace sees it (OVS: <c>struct oftrace_recirc_node</c>).</summary>
internal sealed class TraceContinuation(RecircContext context, NatAction? nat)
{
    /// <summary>A field, so that it can be passed by reference.</summary>
    public OpenFlowKey Flow;

    public RecircContext Context { get; } = context;

    public NatAction? Nat { get; } = nat;
}
