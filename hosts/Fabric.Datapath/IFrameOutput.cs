using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Where frames go that <see cref="ActionExecutor"/> has finished with. Each call hands over the frame; the callee counts it.
/// </summary>
public interface IFrameOutput
{
    /// <summary>
    /// To a port that exists and is up: local, representor or physical, never a tunnel (that has become its egress port).
    /// </summary>
    void Output(OdpPort port, Frame frame);

    /// <summary>To the agent. <paramref name="key"/> describes the frame as it is now and is only valid during the call.</summary>
    /// <param name="action">What sends it there.</param>
    void Upcall(Frame frame, ref FlowKey key, UserspaceAction action);

    /// <summary>
    /// Look up again: the frame's recirculation id is set. The callee extracts a fresh key into storage of its own for this
    /// <paramref name="depth"/> (at most <see cref="ActionExecutor.MaxDepth"/>) and executes with it.
    /// </summary>
    void Recirculate(Frame frame, int depth);

    /// <summary>The frame's end: count it under <paramref name="reason"/> and return it to its pool.</summary>
    void Drop(Frame frame, DropReason reason);
}
