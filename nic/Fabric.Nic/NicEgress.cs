using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>
/// The way out of the NIC: gathers the frames of one call by destination and hands them over in batches at its end. Frames for one
/// destination keep their order; a VF without room makes its frames wait in a bounded queue.
/// </summary>
internal sealed class NicEgress : IFrameOutput
{
    private readonly SmartNicOptions _options;
    private readonly FramePool _pool;
    private readonly NicPorts _ports;
    private readonly PcieNicEnd _pcie;
    private readonly FrameAccount _account;
    private readonly NicCounters _counters;
    private readonly INicOutput _output;
    private readonly FrameBatch?[] _toHost = new FrameBatch?[Enum.GetValues<FallbackReason>().Length];
    private NicPort[] _gathering = new NicPort[16];
    private int _gatheringCount;
    private readonly List<NicPort> _shaped = [];

    public NicEgress(
        SmartNicOptions options, FramePool pool, NicPorts ports, PcieNicEnd pcie, FrameAccount account, NicCounters counters,
        INicOutput output)
    {
        _options = options;
        _pool = pool;
        _ports = ports;
        _pcie = pcie;
        _account = account;
        _counters = counters;
        _output = output;
    }

    public long NowMs { get; set; }

    public bool HasShapedPorts => _shaped.Count > 0;

    public long? NextReleaseMs => _shaped.Count == 0 ? null : _shaped.Min(p => p.Port.Shaper!.NextReleaseMs);

    public INicTap? Tap { get; set; }

    public ITrace? Trace { get; set; }

    public void Output(OdpPort port, Frame frame)
    {
        if (!_ports.TryGet(port, out var target))
        {
            Drop(frame, DropReason.NoSuchPort);
            return;
        }

        if (target.IsCaptured) Tap?.Capture(port, isEgress: true, frame.Bytes, frame.Tier, NowMs);
        if ((target.Checks & VfChecks.Delivery) != 0 && !TryGive(target, frame)) return;
        if (target.Port.Shaper is not null && !TryPass(target, frame)) return;
        Pass(target, frame);
    }

    /// <summary>
    /// A run of frames of a batch, all to one port. True when the run is the whole batch and that goes on as it is; else the batch stays
    /// the caller's.
    /// </summary>
    public bool Output(OdpPort port, FrameBatch batch, int first, int length)
    {
        var frames = batch.Frames.Slice(first, length);
        var isVf = _ports.TryGet(port, out var target) && target.Kind == DatapathPortKind.Representor;
        if (target is null || target.IsCaptured || target.Port.Shaper is not null || (target.Checks & VfChecks.Delivery) != 0
            || (isVf && (target.QueuedCount > 0 || target.Room < length)))
        {
            foreach (var frame in frames) Output(port, frame);
            return false;
        }

        if (isVf) target.Room -= length;
        if (length == batch.Count && target.Gathered is null)
        {
            BeginGathering(target, batch);
            if (batch.IsFull) HandOver(target);
            return true;
        }

        while (frames.Length > 0)
        {
            if (target.Gathered is null) BeginGathering(target, _pool.RentBatch());
            frames = frames[target.Gathered!.Add(frames)..];
            if (target.Gathered.IsFull) HandOver(target);
        }

        return false;
    }

    public void Upcall(Frame frame, ref FlowKey key, UserspaceAction action)
    {
        // A flow with such an action is a trap and is never executed here.
        Drop(frame, DropReason.UnsupportedAction);
    }

    public void Recirculate(Frame frame, int depth) => Drop(frame, DropReason.UnsupportedAction);

    public void Drop(Frame frame, DropReason reason)
    {
        _account.Drops.Add(reason);
        frame.Pool.Return(frame);
    }

    public void ToHost(Frame frame, FallbackReason reason, uint mark = 0)
    {
        // Always: a frame that was used before may have the number of another flow, which a host would go by.
        frame.Metadata.FlowMark = mark;
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.None, "fallback", reason.ToString());
        if (_pcie.ClaimRing(1) == 0)
        {
            Drop(frame, DropReason.PcieRingFull);
            return;
        }

        _counters.CountFallback(reason);
        ref var batch = ref _toHost[(int)reason];
        batch ??= _pool.RentBatch();
        batch.Add(frame);
        if (batch.IsFull) FlushToHost(reason);
    }

    /// <summary>Hands over everything gathered; the end of every call that moves frames.</summary>
    public void Flush()
    {
        if (_shaped.Count > 0) ReleaseShaped();
        for (var i = 0; i < _gatheringCount; i++) Flush(_gathering[i]);
        _gatheringCount = 0;
        for (var reason = 0; reason < _toHost.Length; reason++)
            if (_toHost[reason] is not null) FlushToHost((FallbackReason)reason);
    }

    public void GiveCredit(NicPort vf, int frames)
    {
        vf.Room = Math.Min(vf.Room + frames, _options.VfWindow);
        while (vf.QueuedCount > 0 && vf.Room > 0)
        {
            vf.Room--;
            Gather(vf, vf.Dequeue());
        }
    }

    public void SetLimits(NicPort port, PortLimits limits)
    {
        var waiting = port.Port.Limit(limits, NowMs);
        _shaped.Remove(port);
        if (port.Port.Shaper is not null) _shaped.Add(port);
        foreach (var frame in waiting)
            if (port.Port.Shaper is null || TryPass(port, frame)) Pass(port, frame);
    }

    /// <summary>The port goes, and what waits for it.</summary>
    public void Forget(NicPort port)
    {
        DropQueue(port, DropReason.PartStopped);
        _shaped.Remove(port);
    }

    public void DropQueue(NicPort port, DropReason reason)
    {
        while (port.Port.Shaper is { } shaper && shaper.TryEvict(out var frame)) DropSent(port, frame, reason);
        while (port.QueuedCount > 0) DropSent(port, port.Dequeue(), reason);
    }

    /// <summary>False: the VF may not have the frame.</summary>
    private bool TryGive(NicPort target, Frame frame)
    {
        if (target.Function!.TryGive(frame, out var reason)) return true;
        DropSent(target, frame, reason);
        return false;
    }

    private void DropSent(NicPort target, Frame frame, DropReason reason)
    {
        target.Port.TxDropped++;
        target.Function?.Drops.Add(reason);
        if (frame.TraceId != 0) Trace?.Step(frame, frame.Tier, "drop", reason.ToString());
        Drop(frame, reason);
    }

    private void Pass(NicPort target, Frame frame)
    {
        if (target.Kind == DatapathPortKind.Representor && !TryTakeRoom(target, frame)) return;
        Gather(target, frame);
    }

    /// <summary>False: the frame waits for the port's rate, or found no place to wait.</summary>
    private bool TryPass(NicPort target, Frame frame)
    {
        var verdict = target.Port.Shaper!.Offer(frame, NowMs);
        if (verdict == ShaperVerdict.Pass) return true;
        if (verdict == ShaperVerdict.Queue) return false;
        DropSent(target, frame, DropReason.QosQueueFull);
        return false;
    }

    private void ReleaseShaped()
    {
        foreach (var port in _shaped)
            while (port.Port.Shaper!.TryRelease(NowMs, out var frame)) Pass(port, frame);
    }

    private bool TryTakeRoom(NicPort vf, Frame frame)
    {
        if (vf.QueuedCount == 0 && vf.Room > 0)
        {
            vf.Room--;
            return true;
        }

        if (vf.TryEnqueue(frame, _options.VfQueueFrames)) return false;
        DropSent(vf, frame, DropReason.VfQueueFull);
        return false;
    }

    private void Gather(NicPort target, Frame frame)
    {
        if (target.Gathered is null) BeginGathering(target, _pool.RentBatch());
        target.Gathered!.Add(frame);
        if (target.Gathered.IsFull) HandOver(target);
    }

    private void BeginGathering(NicPort target, FrameBatch batch)
    {
        target.Gathered = batch;
        batch.Port = target.Number.Value;
        if (target.IsGathering) return;
        if (_gatheringCount == _gathering.Length) Array.Resize(ref _gathering, _gatheringCount * 2);
        _gathering[_gatheringCount++] = target;
        target.IsGathering = true;
    }

    private void Flush(NicPort target)
    {
        target.IsGathering = false;
        if (target.Gathered is not null) HandOver(target);
    }

    private void HandOver(NicPort target)
    {
        var batch = target.Gathered!;
        target.Gathered = null;
        _account.Out += batch.Count;
        if (target.Kind == DatapathPortKind.Physical) _output.ToWire(target.Number, batch);
        else _output.ToVf(target.Number, batch);
    }

    private void FlushToHost(FallbackReason reason)
    {
        var batch = _toHost[(int)reason]!;
        _toHost[(int)reason] = null;
        batch.RingEpoch = _pcie.Epoch;
        _account.Out += batch.Count;
        _output.ToHost(batch, reason);
    }
}
