using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>A datapath that remembers what it was asked.</summary>
public sealed class RecordingDatapath : IDatapath
{
    public List<(Ufid Ufid, FlowKey Key, FlowMask Mask, DatapathActions Actions)> Puts { get; } = [];

    public List<(Ufid Ufid, DatapathActions Actions)> Modifies { get; } = [];

    public List<(Ufid Ufid, FlowDeleteReason Reason)> Deletes { get; } = [];

    public List<DatapathActions> Executed { get; } = [];

    public int MaxIdleMs { get; private set; } = -1;

    public void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions) => Puts.Add((ufid, key, mask, actions));

    public void FlowModify(Ufid ufid, DatapathActions actions) => Modifies.Add((ufid, actions));

    public void FlowDelete(Ufid ufid, FlowDeleteReason reason) => Deletes.Add((ufid, reason));

    public void Execute(Frame frame, DatapathActions actions)
    {
        Executed.Add(actions);
        frame.Pool.Return(frame);
    }

    public void SetMaxIdle(int ms) => MaxIdleMs = ms;

    public Dictionary<uint, MeterSettings> Meters { get; } = [];

    public List<CtRequest> CtRequests { get; } = [];

    public void SetMeter(uint id, MeterSettings? settings)
    {
        if (settings is null) Meters.Remove(id);
        else Meters[id] = settings;
    }

    public void Track(CtRequest request) => CtRequests.Add(request);
}
