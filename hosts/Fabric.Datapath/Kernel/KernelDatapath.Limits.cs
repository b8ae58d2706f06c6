using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>Rates of ports: told to the NIC, or kept here when there is none to tell.</summary>
public sealed partial class KernelDatapath
{
    private readonly List<DatapathPort> _shaped = [];

    /// <summary>Frames that wait for an upcall, for their port's rate or for the rest of a packet: the "queued" of D1.</summary>
    public int QueuedFrames => QueuedUpcalls + _shaped.Sum(p => p.Shaper!.QueuedCount) + Fragments.HeldCount;

    /// <summary>When <see cref="Release"/> has something to do next; null while no frame waits for a rate.</summary>
    public long? NextReleaseMs => _shaped.Count == 0 ? null : _shaped.Min(p => p.Shaper!.NextReleaseMs);

    /// <summary>
    /// Changes what limits a port; false when there is no such port, or it is a tunnel: frames leave that by a physical port, whose limits
    /// count.
    /// </summary>
    public bool TrySetLimits(OdpPort number, PortLimits limits, long nowMs)
    {
        if (!Ports.TryGet(number, out var port) || port.Kind == DatapathPortKind.Tunnel) return false;
        NowMs = nowMs;
        if (_hook is not null)
        {
            _hook.Limit(number, limits);
            return true;
        }

        var waiting = port.Limit(limits, nowMs);
        _shaped.Remove(port);
        if (port.Shaper is not null) _shaped.Add(port);
        foreach (var frame in waiting) Transmit(port, frame);
        return true;
    }

    /// <summary>Sends what its port's rate allows by now.</summary>
    public void Release(long nowMs)
    {
        NowMs = nowMs;
        foreach (var port in _shaped)
            while (port.Shaper!.TryRelease(nowMs, out var frame)) Hand(port.Number, frame);
    }

    /// <summary>By the port's rates, if it has any.</summary>
    private void Transmit(DatapathPort port, Frame frame)
    {
        switch (port.Shaper?.Offer(frame, NowMs))
        {
            case ShaperVerdict.Queue:
                break;
            case ShaperVerdict.Drop:
                port.TxDropped++;
                End(frame, DropReason.QosQueueFull);
                break;
            default:
                Hand(port.Number, frame);
                break;
        }
    }

    private void Hand(OdpPort port, Frame frame)
    {
        Account.Out++;
        _output.Transmit(port, frame);
    }

    private void DropShaped(DatapathPort port)
    {
        while (port.Shaper is { } shaper && shaper.TryEvict(out var frame)) End(frame, DropReason.PartStopped);
    }
}
