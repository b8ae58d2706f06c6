using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>Rates of ports. Frames of every tier and those of the host pass the same shaper, so no path evades a limit.</summary>
public sealed partial class SmartNic
{
    /// <summary>When <see cref="Release"/> has something to do next; null while no frame waits for a rate.</summary>
    public long? NextReleaseMs => (_egress.NextReleaseMs, _rates.NextReleaseMs(_egress.NowMs)) switch
    {
        ({ } port, { } vf) => Math.Min(port, vf),
        var (port, vf) => port ?? vf,
    };

    /// <summary>
    /// Changes what limits a port, as a <see cref="PortLimit"/> message does; false for unknown and tunnel ports. Frames that wait then
    /// wait by the new rates.
    /// </summary>
    public bool SetLimits(OdpPort number, PortLimits limits, long nowMs)
    {
        if (!_ports.TryGet(number, out var port) || port.Kind == DatapathPortKind.Tunnel) return false;
        _egress.NowMs = nowMs;
        _egress.SetLimits(port, limits);
        _egress.Flush();
        return true;
    }

    /// <summary>Sends what rates allow by now.</summary>
    public void Release(long nowMs)
    {
        if (!_egress.HasShapedPorts && _rates.WaitingCount == 0) return;
        _egress.NowMs = nowMs;
        if (_rates.WaitingCount > 0) ReleaseRates(nowMs);
        _egress.Flush();
    }

    /// <summary>Counts of the queues of a port; none when it has no shaper.</summary>
    public IReadOnlyList<QueueStatistics> QueueStatisticsOf(OdpPort number) =>
        _ports.TryGet(number, out var port) && port.Port.Shaper is { } shaper ? [.. shaper.Queues] : [];
}
