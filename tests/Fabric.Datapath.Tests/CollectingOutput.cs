using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>Keeps the bytes of what comes out, counts as an owner would, and returns the frames.</summary>
internal sealed class CollectingOutput(FrameAccount account) : IFrameOutput
{
    public List<(uint Port, byte[] Bytes)> Outputs { get; } = [];

    public List<(byte[] Bytes, FlowKey Key, UserspaceReason Reason, ulong Cookie)> Upcalls { get; } = [];

    public List<DropReason> Drops { get; } = [];

    /// <summary>What to do with a recirculated frame; by default it is output to port 0xffff.</summary>
    public Action<Frame, int>? OnRecirculate { get; set; }

    public void Output(OdpPort port, Frame frame)
    {
        Outputs.Add((port.Value, frame.Bytes.ToArray()));
        account.Out++;
        frame.Pool.Return(frame);
    }

    public void Upcall(Frame frame, ref FlowKey key, UserspaceAction action)
    {
        Upcalls.Add((frame.Bytes.ToArray(), key, action.Reason, action.Cookie));
        account.Out++;
        frame.Pool.Return(frame);
    }

    public void Recirculate(Frame frame, int depth)
    {
        if (OnRecirculate is null) Output(new OdpPort(0xffff), frame);
        else OnRecirculate(frame, depth);
    }

    public void Drop(Frame frame, DropReason reason)
    {
        Drops.Add(reason);
        account.Drops.Add(reason);
        frame.Pool.Return(frame);
    }
}
