using Fabric.Actors.Protocol;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Turns the capture of a NIC's ports on and off as captures open and close, and hands the copies to them.</summary>
internal sealed class CaptureSwitch : INicTap
{
    private readonly string _server;
    private readonly NodeServices _node;
    private readonly SmartNic _nic;
    private int _generation;
    private int _ports;

    public CaptureSwitch(string server, NodeServices node, SmartNic nic)
    {
        (_server, _node, _nic) = (server, node, nic);
        _generation = node.Captures.Generation - 1;
        nic.Tap = this;
    }

    /// <summary>Cheap when nothing changed.</summary>
    public void Refresh()
    {
        var generation = _node.Captures.Generation;
        // Ports come later than a capture when the server, or its NIC, has just started.
        if (generation == _generation && _nic.Ports.Count == _ports) return;
        (_generation, _ports) = (generation, _nic.Ports.Count);
        foreach (var port in _nic.Ports) _nic.SetCapture(port.Number, _node.Captures.Wants(Point(port.Port.Name)));
    }

    public void Capture(OdpPort port, bool isEgress, ReadOnlySpan<byte> frame, Tier tier, long nowMs)
    {
        if (!_nic.TryGetPort(port, out var nicPort)) return;
        var answered = (tier, isEgress) switch
        {
            (Tier.None, false) => "not answered on the NIC: to the host",
            (Tier.None, true) => "tier none",
            (Tier.Agent, _) => "tier agent",
            _ => $"tier {tier}",
        };
        _node.Captures.Record(new CapturedFrame(
            Point(nicPort.Port.Name), _node.Clock.UnixUs, IsRawIp: false, Inbound: !isEgress, $"{(isEgress ? "out" : "in")}, {answered}",
            frame.Length, frame.ToArray()));
    }

    private string Point(string port) => $"{_server}:{port}";
}
