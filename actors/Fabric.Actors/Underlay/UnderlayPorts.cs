using System.Collections.Concurrent;
using Fabric.Actors.Protocol;
using Fabric.Underlay;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>The node's VTEPs and the sockets behind them; outlives restarts of the actor that drives it.</summary>
public sealed class UnderlayPorts : IDisposable
{
    /// <summary>Of this node: outer IP packets as its sockets give and take them.</summary>
    public const string CapturePoint = "node:underlay";

    private readonly ConcurrentDictionary<uint, OpenVtep> _vteps = new();
    private readonly FrameAccount _arrivals = new();
    private readonly CaptureHub _captures;
    private readonly FabricClock _clock;
    private readonly IUnderlay _underlay;

    public UnderlayPorts(FramePool pool, CaptureHub captures, FabricClock clock, Func<FramePool, UnderlayReceiver, IUnderlay> underlay)
    {
        (_captures, _clock) = (captures, clock);
        _underlay = underlay(pool, Deliver);
    }

    public UnderlayCounters Counters => _underlay.Counters;

    /// <summary>Packets on their way from the sockets to the NICs; written by the receive thread.</summary>
    public FrameAccount Arrivals => _arrivals;

    /// <exception cref="UnderlayAddressException">The address cannot be bound.</exception>
    public void Open(OpenVtep open)
    {
        if (_vteps.TryGetValue(open.Vtep, out var before)) _underlay.Close(before.Vtep);
        _vteps[open.Vtep] = open;
        try
        {
            _underlay.Open(open.Vtep, open.Address);
        }
        catch (UnderlayAddressException)
        {
            _vteps.TryRemove(open.Vtep, out _);
            throw;
        }
    }

    public void Close(uint vtep)
    {
        if (_vteps.TryRemove(vtep, out _)) _underlay.Close(vtep);
    }

    /// <summary>What is open, or should be.</summary>
    public IReadOnlyList<OpenVtep> Vteps => [.. _vteps.Values];

    public void Send(FrameBatch batch)
    {
        if (_captures.IsActive) Record(batch, inbound: false);
        _underlay.Send(batch.Port, batch);
    }

    public void Dispose() => _underlay.Dispose();

    /// <summary>Runs on the receive thread.</summary>
    private void Deliver(uint vtep, FrameBatch batch)
    {
        if (_captures.IsActive) Record(batch, inbound: true);
        _arrivals.In += batch.Count;
        if (_vteps.TryGetValue(vtep, out var open))
        {
            open.ToNic.Send(batch, _arrivals);
            return;
        }

        _arrivals.Drops.Add(DropReason.PartStopped, batch.Count);
        batch.Pool.ReturnWithFrames(batch);
    }

    private void Record(FrameBatch batch, bool inbound)
    {
        if (!_captures.Wants(CapturePoint)) return;
        foreach (var frame in batch.Frames)
        {
            _captures.Record(new CapturedFrame(
                CapturePoint, _clock.UnixUs, IsRawIp: true, inbound, inbound ? "in" : "out", frame.Length, frame.Bytes.ToArray()));
        }
    }
}
