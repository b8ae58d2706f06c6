using Fabric.Agent;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Packets that controllers hand to a bridge: those they made, and those whose pipeline they let go on.</summary>
internal sealed class ControllerPackets(OvsAgent agent, IDatapath datapath, FramePool pool, FabricClock clock)
{
    /// <summary>Called for every frame that this makes.</summary>
    public Action Made { get; init; } = () => { };

    /// <summary>Called when the datapath has a packet to work on.</summary>
    public Action Sent { get; init; } = () => { };

    public OpenFlowError Out(AgentBridge bridge, PacketOutMessage message)
    {
        if (!TryMake(message.Data, out var frame)) return OpenFlowError.BrcBadPacket;
        Made();
        var result = agent.PacketOut(bridge, frame, message.PipelineFields, message.Actions, clock.NowMs, datapath);
        Sent();
        return result.Error == XlateError.None ? OpenFlowError.None : OpenFlowError.FmfcUnknown;
    }

    /// <summary>Whether <see cref="Out"/> would do it now.</summary>
    public OpenFlowError Rehearse(AgentBridge bridge, PacketOutMessage message)
    {
        if (!TryMake(message.Data, out var frame)) return OpenFlowError.BrcBadPacket;
        var succeeds = agent.CanPacketOut(bridge, frame, message.PipelineFields, message.Actions, clock.NowMs);
        pool.Return(frame);
        return succeeds ? OpenFlowError.None : OpenFlowError.FmfcUnknown;
    }

    public OpenFlowError Resume(ResumeMessage message)
    {
        if (!TryMake(message.Packet.Data, out var frame)) return OpenFlowError.BrcBadPacket;
        Made();
        var isKnown = agent.Resume(message.Continuation, frame, message.Packet.PipelineFields, clock.NowMs, datapath);
        Sent();
        return isKnown ? OpenFlowError.None : OpenFlowError.NxrStale;
    }

    /// <summary>False when it is longer than a frame here can be, or when all frames are in use.</summary>
    private bool TryMake(HexBytes data, out Frame frame)
    {
        frame = null!;
        if (data.Size > pool.MaxFrameSize || !pool.TryRent(data.Size, out var made)) return false;
        data.Span.CopyTo(made.Bytes);
        frame = made;
        return true;
    }
}
