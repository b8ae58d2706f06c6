using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>One copy of a mask, shared by all flows that use it: a mask is larger than everything else of a flow together.</summary>
internal sealed class FlowMaskReference(FlowMask mask)
{
    public FlowMask Mask = mask;

    public int FlowCount { get; set; }
}
