using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>The datapath of an agent that one owner has together with it: what is asked of it is done when the call returns.</summary>
public sealed class DirectDatapath(KernelDatapath kernel, Func<long> nowMs) : IDatapath, IExplicitDatapath
{
    /// <summary>Told of a flow that the datapath did not take.</summary>
    public Action<Ufid>? Refused { get; init; }

    public void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions)
    {
        if (kernel.FlowPut(ufid, ref key, ref mask, actions, nowMs()) != FlowTableRefusal.None) Refused?.Invoke(ufid);
    }

    public void FlowModify(Ufid ufid, DatapathActions actions) => kernel.FlowModify(ufid, actions);

    public void FlowDelete(Ufid ufid, FlowDeleteReason reason) => kernel.FlowDelete(ufid);

    public void FlowPush(
        Ufid ufid, FlowRank rank, ref FlowKey key, ref FlowMask mask, DatapathActions actions, string? leftToHost) =>
        kernel.FlowPush(ufid, rank, ref key, ref mask, actions, leftToHost, nowMs());

    public void FlowPull(Ufid ufid) => kernel.FlowPull(ufid);

    public void Execute(Frame frame, DatapathActions actions) => kernel.Execute(frame, actions, nowMs());

    public void SetMaxIdle(int ms) => kernel.MaxIdleMs = ms;

    public void SetMeter(uint id, MeterSettings? settings) => kernel.SetMeter(id, settings, nowMs());

    public void Track(CtRequest request) => kernel.Carry(request, nowMs());
}
