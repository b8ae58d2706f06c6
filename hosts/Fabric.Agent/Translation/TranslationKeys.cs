using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// The four keys of a translation and its lists. They are most of its 4 kB, so whoever translates for every upcall lends the same ones
/// again and again.
/// </summary>
internal sealed class TranslationKeys
{
    /// <summary>The packet as the rules see it: with all changes so far.</summary>
    public OpenFlowKey Flow;

    /// <summary>The packet as the datapath has it after the actions emitted so far.</summary>
    public OpenFlowKey Base;

    /// <summary>Bits consulted so far.</summary>
    public OpenFlowKey Mask;

    /// <summary>The packet as it came.</summary>
    public OpenFlowKey Arrived;

    public List<DatapathAction> Output { get; } = [];

    public List<OpenFlowAction> ActionSet { get; } = [];

    public List<OpenFlowAction> FrozenActions { get; } = [];

    public List<AgentMirror> Mirrored { get; } = [];

    public void Clear()
    {
        Flow = Base = Mask = Arrived = default;
        Output.Clear();
        ActionSet.Clear();
        FrozenActions.Clear();
        Mirrored.Clear();
    }
}
