using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>What the agent asks of the datapath (OVS: <c>struct dpif_class</c>). The shell turns each call into a message.</summary>
public interface IDatapath
{
    void FlowPut(Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions);

    /// <summary>As above, for a datapath that can keep or send the match itself.</summary>
    void FlowPut(Ufid ufid, FlowMatch match, DatapathActions actions)
    {
        match.GetKey(out var key);
        FlowPut(ufid, ref key, ref match.Mask, actions);
    }

    void FlowModify(Ufid ufid, DatapathActions actions);

    void FlowDelete(Ufid ufid, FlowDeleteReason reason);

    /// <summary>Runs the actions on this frame, whose ownership passes on. Empty actions drop it.</summary>
    void Execute(Frame frame, DatapathActions actions);

    /// <summary>Idle time after which the datapath may forget a flow.</summary>
    void SetMaxIdle(int ms);

    /// <summary>Makes a meter, or makes it anew; null deletes it.</summary>
    void SetMeter(uint id, MeterSettings? settings);

    void Track(CtRequest request);
}
