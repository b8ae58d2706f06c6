using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>From bridge to bridge (OVS: <c>patch_port_output</c>).</summary>
internal sealed partial class Translation
{
    /// <summary>
    /// The packet enters the peer's bridge; when it comes back, what that bridge did to it is undone for the actions to come.
    /// </summary>
    private void SendToPatch(AgentPort port, bool isLast, bool isTruncated)
    {
        if (isTruncated) _trace?.Error("Cannot truncate output to patch port");
        if (_world.FindPeer(port) is not { } peer)
        {
            _trace?.Note($"patch port {port.Name} has no peer");
            return;
        }

        var (flow, bridge, isTracked, wasMpls, written) = (_flow, _bridge, _isTracked, _wasMpls, SaveWritten());
        var (stack, stackSize, actionSet) = (_stack, _stackSize, _actionSet);
        var mirrored = peer.Bridge == bridge ? null : _mirrored.ToArray();
        var tunnelMask = _mask;
        var trace = _trace?.Current;
        (_stack, _stackSize, _actionSet) = (null, 0, []);
        _flow.InPort = peer.Number;
        _flow.ClearPipelineFields();
        _flow.ActionSetOutput = NoActionSetOutput;
        ClearTunnel(ref _flow);
        ClearTunnel(ref _mask);
        ClearConnectionFields();
        _isTracked = false;
        _trace?.Bridge(peer.Bridge);
        if (mirrored is not null) _mirrored.Clear();
        _bridge = peer.Bridge;
        if (!IsSpecial(peer) && MayReceive(peer))
        {
            GoToTable(0, peer.Number, isLast, mayPacketIn: true, isClone: true);
            EndPipeline();
        }

        if (_trace is not null) _trace.Current = trace!;
        if (mirrored is not null)
        {
            _mirrored.Clear();
            _mirrored.AddRange(mirrored);
        }

        RestoreWritten(in written, isLast);
        (_flow, _bridge, _isTracked, _wasMpls) = (flow, bridge, isTracked, wasMpls);
        CatchUp(in written, ref _flow);
        (_stack, _stackSize, _actionSet) = (stack, stackSize, actionSet);
        CopyTunnel(ref tunnelMask, ref _mask);
        // Neither an end nor an error over there is one here.
        _isExiting = false;
        _error = XlateError.None;
        _cache.AddPatch(port, peer);
    }

    private static void ClearTunnel(ref OpenFlowKey key)
    {
        FlowKey.Section(ref key.Packet, 2) = default;
        FlowKey.Section(ref key.Packet, 3) = default;
        key.Packet.TunnelOptionBytes = default;
        key.Packet.ErspanIndex = 0;
        key.ClearTunnelOptions();
    }

    private static void CopyTunnel(ref OpenFlowKey from, ref OpenFlowKey to)
    {
        FlowKey.Section(ref to.Packet, 2) = FlowKey.Section(ref from.Packet, 2);
        FlowKey.Section(ref to.Packet, 3) = FlowKey.Section(ref from.Packet, 3);
        to.Packet.TunnelOptionBytes = from.Packet.TunnelOptionBytes;
        to.Packet.ErspanIndex = from.Packet.ErspanIndex;
        OpenFlowKey.TunnelArea(ref from).CopyTo(OpenFlowKey.TunnelArea(ref to));
        to.TunnelPresent = from.TunnelPresent;
    }
}
