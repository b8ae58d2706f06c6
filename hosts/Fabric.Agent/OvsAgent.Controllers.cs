using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Packets from and for controllers.</summary>
public sealed partial class OvsAgent
{
    private readonly Continuations _continuations = new();

    /// <summary>
    /// Runs actions on a packet that a controller made (OVS: <c>packet_execute</c>). Ownership of the frame passes to the datapath. The
    /// actions have been checked.
    /// </summary>
    /// <param name="fields">Input port and, from OpenFlow 1.5 on, other pipeline fields.</param>
    public XlateResult PacketOut(
        AgentBridge bridge, Frame frame, Match fields, OpenFlowActions actions, long nowMs, IDatapath datapath)
    {
        var flow = Describe(bridge, frame, fields);
        return Run(bridge, frame, ref flow, actions, isPacketOut: true, nowMs, datapath);
    }

    /// <summary>Would a packet-out's translation succeed now? Nothing comes of it; the frame stays the caller's.</summary>
    public bool CanPacketOut(AgentBridge bridge, Frame frame, Match fields, OpenFlowActions actions, long nowMs)
    {
        _nowMs = nowMs;
        var flow = Describe(bridge, frame, fields);
        var result = new Translation(this, hasEffects: false, isPacketOut: true).Run(bridge, ref flow, actions);
        result.Cache.Release(Recirculations, nowMs);
        return result.Error == XlateError.None;
    }

    /// <summary>
    /// Runs a packet of the agent's own through the tables, as if it had come in by <paramref name="input"/>.
    /// </summary>
    public XlateResult Inject(AgentBridge bridge, Frame frame, OfpPort input, long nowMs, IDatapath datapath)
    {
        var flow = Describe(bridge, frame, new Match().SetInPort(input));
        return Run(bridge, frame, ref flow, null, isPacketOut: false, nowMs, datapath);
    }

    /// <summary>
    /// Lets a packet go on where a <c>controller</c> action with <c>pause</c> stopped it, as the controller sent it back. False when
    /// nothing is known of it any more (<see cref="OpenFlowError.NxrStale"/>); the frame is dropped then.
    /// </summary>
    public bool Resume(HexBytes continuation, Frame frame, Match fields, long nowMs, IDatapath datapath)
    {
        var state = _continuations.Find(continuation);
        if (state is null || !((ITranslationWorld)this).HasBridge(state.Bridge))
        {
            datapath.Execute(frame, DatapathActions.Drop);
            return false;
        }

        _nowMs = nowMs;
        var flow = Describe(state.Bridge, frame, fields);
        // The controller may have changed what the packet carries along.
        var resumed = state.With(FrozenState.MetadataOf(ref flow));
        var result = new Translation(this, hasEffects: true).Resume(resumed, ref flow);
        Execute(result, frame, flow.Packet.TcpFlags, nowMs, datapath);
        return true;
    }

    private XlateResult Run(
        AgentBridge bridge, Frame frame, ref OpenFlowKey flow, OpenFlowActions? actions, bool isPacketOut, long nowMs, IDatapath datapath)
    {
        _nowMs = nowMs;
        var trace = frame.TraceId != 0 ? TraceOptions.Default : null;
        var result = new Translation(this, hasEffects: true, trace, isPacketOut).Run(bridge, ref flow, actions);
        Execute(result, frame, flow.Packet.TcpFlags, nowMs, datapath);
        return result;
    }

    private void Execute(XlateResult result, Frame frame, ushort tcpFlags, long nowMs, IDatapath datapath)
    {
        result.Cache.Apply(1, frame.Length, nowMs, tcpFlags);
        Hear(result, frame, nowMs);
        datapath.Execute(frame, result.Actions);
        // The packet may come back with one of these ids; they linger for that.
        result.Cache.Release(Recirculations, nowMs);
    }

    private static OpenFlowKey Describe(AgentBridge bridge, Frame frame, Match fields)
    {
        var port = fields.Value.InPort;
        frame.Metadata.InPort = (bridge.FindPort(port)?.Settings.Odp ?? OdpPort.None).Value;
        var flow = default(OpenFlowKey);
        FlowExtractor.Extract(frame, ref flow.Packet);
        FrozenState.CopyMetadata(ref fields.Value, ref flow);
        flow.InPort = port;
        flow.Packet.SkbMark = fields.Value.Packet.SkbMark;
        return flow;
    }

    /// <summary>
    /// The datapath hands up a packet that a rule sent to controllers (OVS: <c>process_upcall</c>, <c>CONTROLLER_UPCALL</c>). What it
    /// carries along is taken from where the action was, for the datapath's key may say more.
    /// </summary>
    private void ToControllers(Frame frame, ref FlowKey key, UserspaceAction action)
    {
        ControllerPacketCount++;
        var cookie = action.Controller ?? ControllerCookie.Default;
        if (cookie.DontSend || Recirculations.Find(cookie.RecircId)?.State is not { } state) return;
        if (state.Bridge.PacketIns is not { } sink) return;
        var packet = new PacketInEvent
        {
            Bridge = state.Bridge,
            Data = new HexBytes(frame.Bytes),
            Reason = (PacketInReason)cookie.Reason,
            Table = state.Table,
            Cookie = action.Cookie,
            MaxLength = cookie.MaxLength,
            ControllerId = cookie.ControllerId,
            UserData = state.UserData,
            Continuation = cookie.Continuation ? _continuations.Add(state) : HexBytes.Empty,
        };
        packet.Flow.Packet = key;
        if (!state.IsTracked)
        {
            FlowKey.Section(ref packet.Flow.Packet, 6) = default;
            FlowKey.Section(ref packet.Flow.Packet, 7) = default;
        }

        state.Restore(ref packet.Flow);
        sink.Receive(packet);
    }
}
