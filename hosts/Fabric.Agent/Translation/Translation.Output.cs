using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>Ways out of a bridge (OVS: <c>xlate_output_action</c>, <c>compose_output_action</c>).</summary>
internal sealed partial class Translation
{
    private void Output(OfpPort port)
    {
        if (port == OfpPort.InPort) Send(_flow.InPort);
        else if (port == OfpPort.Normal) Normal();
        else if (port == OfpPort.Flood) Flood(withNoFlood: false);
        else if (port == OfpPort.All) Flood(withNoFlood: true);
        else if (port == OfpPort.Controller) ToController();
        else if (port == OfpPort.Table) GoToTable(0, _flow.InPort, isLast: false);
        else if (port == OfpPort.None) _trace?.Note("output to nowhere");
        else if (port == _flow.InPort) _trace?.Note("skipping output to input port");
        else Send(port);
    }

    private void Flood(bool withNoFlood)
    {
        foreach (var port in _bridge.Ports)
            if (port.Number != _flow.InPort && (withNoFlood || !port.IsLeftOutOfFloods)) Send(port);
    }

    private void Send(OfpPort number)
    {
        if (_bridge.FindPort(number) is { } port) Send(port);
        else _trace?.Problem($"Nonexistent output port {number}");
    }

    private void Send(AgentPort port)
    {
        if (!port.IsUp)
        {
            _trace?.Note($"port {port.Name} is down, skipping");
            return;
        }

        if (_snapSize != 0 && port.Settings.Type == AgentPortType.Patch)
        {
            _trace?.Problem("Mirror truncate to ODPP_NONE, skipping output");
            return;
        }

        if (port.Bundle.IsProtected && _bridge.FindPort(_flow.InPort)?.Bundle.IsProtected == true)
        {
            _trace?.Problem("Flow is between protected ports, skipping output.");
            return;
        }

        if (port.Settings.Type == AgentPortType.Patch)
        {
            SendToPatch(port);
            return;
        }

        var tos = _flow.Packet.NwTos;
        MarkQueue(port);
        if (port.Settings.Type == AgentPortType.Tunnel) SendToTunnel(port);
        else SendToDatapath(port);
        Mirror(port.Bundle, port.Bundle.DestinationMirrors);
        _flow.Packet.NwTos = tos;
    }

    private void SendToDatapath(AgentPort port)
    {
        Commit();
        if (_snapSize != 0) _output.Add(new TruncAction(_snapSize));
        _output.Add(new OutputAction(port.Settings.Odp));
    }

    /// <summary>A queue may rewrite the class of service of what passes it.</summary>
    private void MarkQueue(AgentPort port)
    {
        if (port.Settings.Qos is not { } qos || !qos.Queues.Values.Any(q => q.Dscp is not null)) return;
        Consult(F.SkbPriority);
        if (!qos.Queues.TryGetValue(QosSettings.QueueOf(_flow.Packet.SkbPriority), out var queue) || queue.Dscp is not { } dscp
            || QosSettings.PriorityOf(QosSettings.QueueOf(_flow.Packet.SkbPriority)) != _flow.Packet.SkbPriority) return;
        Consult(F.Dscp);
        _flow.Packet.NwTos = (byte)((_flow.Packet.NwTos & 3) | (dscp << 2));
    }

    private void Enqueue(EnqueueAction action)
    {
        Consult(F.SkbPriority);
        var priority = QosSettings.PriorityOf(action.Queue);
        if (priority == 0)
        {
            Output(action.Port);
            return;
        }

        var port = action.Port == OfpPort.InPort ? _flow.InPort : action.Port;
        if (action.Port == _flow.InPort) return;
        var saved = _flow.Packet.SkbPriority;
        _flow.Packet.SkbPriority = priority;
        Send(port);
        _flow.Packet.SkbPriority = saved;
    }

    private void SetQueue(uint queue)
    {
        Consult(F.SkbPriority);
        var priority = QosSettings.PriorityOf(queue);
        if (priority != 0) _flow.Packet.SkbPriority = priority;
    }

    private void PopQueue()
    {
        Consult(F.SkbPriority);
        _flow.Packet.SkbPriority = _originalPriority;
    }

    /// <summary>
    /// The packet enters the peer's bridge; when it comes back, what that bridge did to it is undone for the actions to come.
    /// </summary>
    private void SendToPatch(AgentPort port)
    {
        if (_world.FindPeer(port) is not { } peer)
        {
            _trace?.Note($"patch port {port.Name} has no peer");
            return;
        }

        if (_depth >= MaxDepth)
        {
            _error = XlateError.RecursionTooDeep;
            return;
        }

        var (flow, bridge, input, rule, table) = (_flow, _bridge, _input, _rule, _table);
        var set = _actionSet.ToArray();
        var mirrored = _mirrored.ToArray();
        _cache.AddPatch(port, peer);
        if (peer.Bridge != bridge) _mirrored.Clear();
        var level = _trace?.Level ?? 0;
        _actionSet.Clear();
        _depth++;
        _table = -1;
        _flow.InPort = peer.Number;
        _flow.ClearPipelineFields();
        ClearTunnel(ref _flow.Packet);
        if (_trace is not null) _trace.Level = 0;
        _trace?.Bridge(peer.Bridge);
        Receive(peer);
        if (_trace is not null) _trace.Level = level;
        _depth--;
        _actionSet.Clear();
        _actionSet.AddRange(set);
        if (peer.Bridge != bridge)
        {
            _mirrored.Clear();
            _mirrored.AddRange(mirrored);
        }

        (_flow, _bridge, _input, _rule, _table) = (flow, bridge, input, rule, table);
    }

    /// <summary>Fills the outer header from the port's configuration and the rules (OVS: <c>tnl_port_send</c>).</summary>
    private void SendToTunnel(AgentPort port)
    {
        var tunnel = port.Settings.Tunnel!;
        ref var flow = ref _flow.Packet;
        var saved = (FlowKey.Section(ref flow, 2), FlowKey.Section(ref flow, 3));
        if (!tunnel.IsLocalFlow) (flow.TunnelSource, flow.TunnelSourceV6) = (tunnel.LocalIpv4 ?? default, tunnel.LocalIpv6 ?? default);
        if (!tunnel.IsRemoteFlow)
            (flow.TunnelDestination, flow.TunnelDestinationV6) = (tunnel.RemoteIpv4 ?? default, tunnel.RemoteIpv6 ?? default);
        if (!tunnel.IsKeyFlow) flow.TunnelId = tunnel.Key ?? 0;
        flow.TunnelTpSource = 0;
        flow.TunnelTpDestination = tunnel.EffectiveUdpPort;
        SetOuterTtlAndTos(tunnel);
        flow.TunnelFlags = (flow.TunnelFlags & TunnelFlags.Oam) | (tunnel.DontFragment ? TunnelFlags.DontFragment : 0)
            | (tunnel.Checksum ? TunnelFlags.Checksum : 0) | (tunnel.IsKeyFlow || tunnel.Key is not null ? TunnelFlags.Key : 0);
        if (!flow.HasTunnel)
        {
            _trace?.Problem("Tunneling decided against output");
        }
        else if (flow.TunnelDestination == _ownTunnelAddress && flow.TunnelDestinationV6.Equals(_ownTunnelAddressV6))
        {
            _trace?.Problem("Not tunneling to our own address");
        }
        else
        {
            ConsultInheritedTunnelFields();
            CommitTunnel();
            _trace?.Note("output to kernel tunnel");
            _cache.AddTunnelOutput(port);
            SendToDatapath(port);
        }

        (FlowKey.Section(ref flow, 2), FlowKey.Section(ref flow, 3)) = saved;
    }

    /// <summary>What neither the port nor a rule sets is passed on as it was received, so it counts.</summary>
    private void ConsultInheritedTunnelFields()
    {
        Consult(F.TunnelGbpId);
        Consult(F.TunnelGbpFlags);
        _mask.Packet.TunnelFlags |= TunnelFlags.Oam;
    }

    private void SetOuterTtlAndTos(TunnelSettings tunnel)
    {
        ref var flow = ref _flow.Packet;
        flow.TunnelTtl = tunnel.Ttl;
        flow.TunnelTos = tunnel.Tos;
        if (!IsIp) return;
        if (tunnel.IsTtlInherited)
        {
            Consult(F.NwTtl);
            flow.TunnelTtl = flow.NwTtl;
        }

        if (tunnel.IsTosInherited)
        {
            Consult(F.Dscp);
            flow.TunnelTos = (byte)(flow.NwTos & 0xfc);
        }

        // ECN is always inherited; "congestion experienced" starts anew as "capable" (RFC 6040 section 4.1, compatibility).
        Consult(F.Ecn);
        flow.TunnelTos |= (byte)((flow.NwTos & 3) == 3 ? 2 : flow.NwTos & 3);
    }
}
