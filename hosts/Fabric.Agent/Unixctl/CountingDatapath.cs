using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Counts what the agent asks of its datapath, for <c>coverage/show</c>.</summary>
public sealed class CountingDatapath(IDatapath datapath) : IDatapath
{
    public long PutCount { get; private set; }

    public long DeleteCount { get; private set; }

    public long ExecuteCount { get; private set; }

    public void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions)
    {
        PutCount++;
        datapath.FlowPut(ufid, ref key, ref mask, actions);
    }

    public void FlowPut(Ufid ufid, FlowMatch match, DatapathActions actions)
    {
        PutCount++;
        datapath.FlowPut(ufid, match, actions);
    }

    /// <summary>A put of a flow that is there, as OVS counts.</summary>
    public void FlowModify(Ufid ufid, DatapathActions actions)
    {
        PutCount++;
        datapath.FlowModify(ufid, actions);
    }

    public void FlowDelete(Ufid ufid, FlowDeleteReason reason)
    {
        DeleteCount++;
        datapath.FlowDelete(ufid, reason);
    }

    public void Execute(Frame frame, DatapathActions actions)
    {
        ExecuteCount++;
        datapath.Execute(frame, actions);
    }

    public void SetMaxIdle(int ms) => datapath.SetMaxIdle(ms);

    public void SetMeter(uint id, MeterSettings? settings) => datapath.SetMeter(id, settings);

    public void Track(CtRequest request) => datapath.Track(request);
}
