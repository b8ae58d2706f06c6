using System.Globalization;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Ways out of a bridge (OVS: <c>xlate_output_action</c>, <c>compose_output_action</c>).</summary>
internal sealed partial class Translation
{
    private void Output(
        OfpPort port, bool isLast, bool isBucket, bool mayPacketIn, ushort controllerLength = ushort.MaxValue, bool isTruncated = false)
    {
        if (port == OfpPort.InPort) Send(_flow.InPort, isLast, isTruncated);
        else if (port == OfpPort.Normal) Normal();
        else if (port == OfpPort.Flood) Flood(withNoFlood: false, isLast);
        else if (port == OfpPort.All) Flood(withNoFlood: true, isLast);
        else if (port == OfpPort.Controller) OutputToController(controllerLength, isBucket);
        else if (port == OfpPort.Table) GoToTable(0, _flow.InPort, isLast: false, mayPacketIn);
        else if (port == OfpPort.None) return;
        else if (port == _flow.InPort) _trace?.Warn("skipping output to input port");
        else Send(port, isLast, isTruncated);
    }

    private void OutputField(OutputFieldAction action, bool isLast, bool isBucket)
    {
        var port = action.Source.Get(ref _flow);
        if (port > ushort.MaxValue)
        {
            _trace?.Warn(string.Create(CultureInfo.InvariantCulture, $"output port {port} is out of range"));
            return;
        }

        _trace?.Note(string.Create(CultureInfo.InvariantCulture, $"output port is {port}"));
        ConsultBits(action.Source);
        Output(new OfpPort((ushort)port), isLast, isBucket, mayPacketIn: false, ushort.MaxValue);
    }

    private void OutputTruncated(OutputTruncatedAction action, bool isLast, bool isBucket)
    {
        var port = action.Port;
        if (port.IsReserved && port != OfpPort.Local && port != OfpPort.InPort)
        {
            _trace?.Warn($"output_trunc does not support port: {port}");
        }
        else if (port == _flow.InPort)
        {
            _trace?.Warn("skipping output to input port");
        }
        else if (_bridge.FindPort(port == OfpPort.InPort ? OfpPort.None : port) is not { } found
            || found.Settings.Type == AgentPortType.Patch)
        {
            // The cut holds for the next output of the datapath, and behind a patch port that may be any.
            _trace?.Error($"output_trunc does not support patch port {port}");
        }
        else
        {
            Emit(new TruncAction(action.MaxLength));
            Output(port, isLast, isBucket, mayPacketIn: false, isTruncated: true);
            if (!_world.Features.HasTrunc) _slow |= SlowPath.Action;
        }
    }

    private void Flood(bool withNoFlood, bool isLast)
    {
        AgentPort? last = null;
        foreach (var port in _bridge.Ports)
        {
            if (port.Number == _flow.InPort || (!withNoFlood && port.IsLeftOutOfFloods)) continue;
            if (last is not null) Send(last, isLast: false);
            last = port;
        }

        if (last is not null) Send(last, isLast);
    }

    private void Send(OfpPort number, bool isLast, bool isTruncated = false)
    {
        if (_bridge.FindPort(number) is { } port) Send(port, isLast, isTruncated);
        else _trace?.Warn("Nonexistent output port");
    }

    /// <param name="bond">The port is a member of it, and the datapath is to choose which one by a hash.</param>
    private void Send(AgentPort port, bool isLast = false, bool isTruncated = false, AgentBond? bond = null)
    {
        if (!MaySend(port)) return;
        if (port.Settings.Type == AgentPortType.Patch)
        {
            SendToPatch(port, isLast, isTruncated);
            return;
        }

        var tos = _flow.Packet.NwTos;
        MarkQueue(port);
        if (bond is not null) Recirculate(bond);
        else if (port.Settings.Type == AgentPortType.Tunnel) SendToTunnel(port);
        else SendToDatapath(port);
        Mirror(port.Bundle, port.Bundle.DestinationMirrors);
        _flow.Packet.NwTos = tos;
    }

    private bool MaySend(AgentPort port)
    {
        if (port.Configuration.HasFlag(PortConfigurationBits.NoForward))
        {
            _trace?.Note("OFPPC_NO_FWD set, skipping output");
            return false;
        }

        if (_snapSize != 0 && port.Settings.Type == AgentPortType.Patch)
        {
            _trace?.Warn("Mirror truncate to ODPP_NONE, skipping output");
            return false;
        }

        if (port.Bundle.IsProtected && _bridge.FindPort(_flow.InPort)?.Bundle.IsProtected == true)
        {
            _trace?.Warn("Flow is between protected ports, skipping output.");
            return false;
        }

        if (_flow.Packet.PacketType == 0) return true;
        _trace?.Warn("Trying to send non-Ethernet packet through legacy L2 port. Dropping packet.");
        return false;
    }

    private void SendToDatapath(AgentPort port)
    {
        Commit();
        if (_snapSize is > 0 and < ushort.MaxValue)
        {
            Emit(new TruncAction(_snapSize));
            if (!_world.Features.HasTrunc) _slow |= SlowPath.Action;
        }

        Emit(new OutputAction(port.Settings.Odp));
    }

    /// <summary>A queue may rewrite the class of service of what passes it.</summary>
    private void MarkQueue(AgentPort port)
    {
        if (port.Settings.Qos is not { } qos || !qos.Queues.Values.Any(q => q.Dscp is not null)) return;
        _mask.Packet.SkbPriority = uint.MaxValue;
        foreach (var (number, queue) in qos.Queues)
        {
            if (queue.Dscp is not { } dscp || _world.PriorityOf(number) != _flow.Packet.SkbPriority) continue;
            _mask.Packet.NwTos |= 0xfc;
            _flow.Packet.NwTos = (byte)((_flow.Packet.NwTos & 3) | (dscp << 2));
            return;
        }
    }

    private void Enqueue(EnqueueAction action, bool isLast, bool isBucket)
    {
        _mask.Packet.SkbPriority = uint.MaxValue;
        if (_world.PriorityOf(action.Queue) is not { } priority)
        {
            Output(action.Port, isLast, isBucket, mayPacketIn: false);
            return;
        }

        var port = action.Port == OfpPort.InPort ? _flow.InPort : action.Port;
        if (action.Port == _flow.InPort) return;
        var saved = _flow.Packet.SkbPriority;
        _flow.Packet.SkbPriority = priority;
        Send(port, isLast);
        _flow.Packet.SkbPriority = saved;
    }

    private void SetQueue(uint queue)
    {
        _mask.Packet.SkbPriority = uint.MaxValue;
        if (_world.PriorityOf(queue) is { } priority) _flow.Packet.SkbPriority = priority;
    }

    private void PopQueue()
    {
        _mask.Packet.SkbPriority = uint.MaxValue;
        if (_flow.Packet.SkbPriority == _originalPriority) return;
        _flow.Packet.SkbPriority = _originalPriority;
        _trace?.Note(string.Create(CultureInfo.InvariantCulture, $"queue = {(_originalPriority == 0 ? "0" : $"0x{_originalPriority:x}")}"));
    }
}
