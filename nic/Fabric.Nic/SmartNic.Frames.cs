using System.Runtime.CompilerServices;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>The pipeline: frames in, lookups, actions.</summary>
public sealed unsafe partial class SmartNic
{
    private const int MinFrameSize = 14;

    private readonly NicBatch _batch;
    private FlowKey _hostKey;

    /// <summary>Frames that the VM behind <paramref name="vf"/> sends. Takes the batch and its frames.</summary>
    public void ReceiveFromVf(OdpPort vf, FrameBatch batch, long nowMs)
    {
        Account.In += batch.Count;
        _egress.NowMs = nowMs;
        if (!_ports.TryGet(vf, out var port) || !port.Port.IsUp)
        {
            DropAll(batch, port);
            return;
        }

        if (port.Checks != VfChecks.None)
        {
            Screen(port, batch, nowMs);
            if (batch.Count == 0)
            {
                GiveBack(batch);
                return;
            }
        }

        Admit(port, batch, nowMs);
    }

    /// <summary>What the VF may send. Takes the batch and its frames.</summary>
    private void Admit(NicPort port, FrameBatch batch, long nowMs)
    {
        if (Eswitch == EswitchMode.Legacy)
        {
            port.Port.RxPackets += batch.Count;
            foreach (var frame in batch.Frames) port.Port.RxBytes += frame.Length;
            ForwardLegacy(port, batch, isFromHost: false, nowMs);
            return;
        }

        if (IsDiverting(nowMs))
        {
            Divert(batch, port);
            return;
        }

        var count = batch.Count;
        OdpPort? arrival = port.Number;
        if (port.IsCaptured || port.Port.Policer is not null || !TryBegin(batch.Frames, out var bytes))
        {
            bytes = BeginEach(port, batch, nowMs);
            arrival = null;
        }

        port.Port.RxPackets += count;
        port.Port.RxBytes += bytes;
        Process(batch, nowMs, arrival);
    }

    /// <summary>The frames' beginning when there is nothing special about the port; false when there is about a frame.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryBegin(ReadOnlySpan<Frame> frames, out long bytes)
    {
        var (sum, shortest, marks) = (0L, int.MaxValue, 0u);
        foreach (var frame in frames)
        {
            sum += frame.Length;
            shortest = Math.Min(shortest, frame.Length);
            marks |= frame.TraceId;
        }

        bytes = sum;
        if (marks != 0) _batch.IsWatched = true;
        _batch.MissReasons.AsSpan(0, frames.Length).Fill(FallbackReason.NotLearned);
        return shortest >= MinFrameSize;
    }

    /// <summary>Begins frames one by one and drops those that may not go on. Returns the bytes of all.</summary>
    private long BeginEach(NicPort port, FrameBatch batch, long nowMs)
    {
        long bytes = 0;
        var policer = port.Port.Policer;
        for (var i = 0; i < batch.Count; i++)
        {
            var frame = batch[i];
            bytes += frame.Length;
            BeginFrame(i, frame, port);
            if (policer is not null && !policer.Admits(frame.Length, nowMs)) DropReceived(port, batch, i--, DropReason.Policed, nowMs);
            else if (frame.Length < MinFrameSize) DropReceived(port, batch, i--, DropReason.MalformedFrame, nowMs);
            else _batch.MissReasons[i] = FallbackReason.NotLearned;
        }

        return bytes;
    }

    /// <summary>
    /// Frames from the wire, from their outer Ethernet header on. A tunnel's frame loses its outer headers and continues as if received on
    /// the tunnel port. Takes the batch and its frames.
    /// </summary>
    public void ReceiveFromWire(OdpPort physicalPort, FrameBatch batch, long nowMs)
    {
        Account.In += batch.Count;
        _egress.NowMs = nowMs;
        if (!_ports.TryGet(physicalPort, out var port) || !port.Port.IsUp)
        {
            DropAll(batch, port);
            return;
        }

        if (IsDiverting(nowMs))
        {
            Divert(batch, port);
            return;
        }

        port.Port.RxPackets += batch.Count;
        if (Eswitch == EswitchMode.Legacy)
        {
            foreach (var frame in batch.Frames) port.Port.RxBytes += frame.Length;
            ForwardLegacy(port, batch, isFromHost: false, nowMs);
            return;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            var frame = batch[i];
            port.Port.RxBytes += frame.Length;
            BeginFrame(i, frame, port);
            if (port.Port.Policer is { } policer && !policer.Admits(frame.Length, nowMs))
                DropReceived(port, batch, i--, DropReason.Policed, nowMs);
            else if (TryTakeOffTunnel(frame, port, out var missReason, out var dropReason)) _batch.MissReasons[i] = missReason;
            else DropReceived(port, batch, i--, dropReason, nowMs);
        }

        Process(batch, nowMs);
    }

    /// <summary>
    /// Frames that the host has decided to send on a VF or physical port. Takes the batch and its frames, and gives their places in the
    /// PCIe
    /// ring back to the host.
    /// </summary>
    public void ReceiveFromHost(OdpPort port, FrameBatch batch, long nowMs)
    {
        TakeFromHost(batch, nowMs);
        var isThere = _ports.TryGet(port, out var target) && target.Kind != DatapathPortKind.Tunnel;
        if (Eswitch == EswitchMode.Legacy)
        {
            // The host has its own function alone, whose frames the card switches as those of VFs.
            if (target is { Kind: DatapathPortKind.Physical }) ForwardLegacy(target, batch, isFromHost: true, nowMs);
            else DropAll(batch, null);
            return;
        }

        foreach (var frame in batch.Frames)
        {
            if (!isThere)
            {
                _egress.Drop(frame, DropReason.NoSuchPort);
            }
            else if (!target!.Port.IsUp)
            {
                target.Port.TxDropped++;
                _egress.Drop(frame, DropReason.PortDown);
            }
            else
            {
                target.Port.TxPackets++;
                target.Port.TxBytes += frame.Length;
                if (frame.TraceId != 0) Trace?.Step(frame, frame.Tier, "output", target.Port.ToString());
                _egress.Output(port, frame);
            }
        }

        GiveBack(batch);
        _egress.Flush();
    }

    /// <summary>Frames on which the NIC executes <paramref name="program"/> for the host. Takes the batch and its frames.</summary>
    public void ExecuteFromHost(FrameBatch batch, ActionProgram program, long nowMs)
    {
        TakeFromHost(batch, nowMs);
        foreach (var frame in batch.Frames)
        {
            FlowExtractor.Extract(frame, ref _hostKey);
            _executor.Execute(frame, ref _hostKey, program, _egress);
        }

        GiveBack(batch);
        _egress.Flush();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void BeginFrame(int index, Frame frame, NicPort port)
    {
        frame.Metadata.Reset(port.Number.Value);
        // Most likely, and put right for the others: the frame is not touched once more for it.
        frame.Tier = Tier.L1;
        if (frame.TraceId != 0) _batch.IsWatched = true;
        if (port.IsCaptured) _batch.KeepForCapture(index, port, frame);
    }

    /// <summary>False when the frame is to be dropped.</summary>
    private bool TryTakeOffTunnel(Frame frame, NicPort port, out FallbackReason missReason, out DropReason dropReason)
    {
        missReason = FallbackReason.NotLearned;
        dropReason = DropReason.MalformedFrame;
        // Nobody has told of tunnels: a plain NIC, or one that starts. The host knows what is its.
        if (!Tunnels.HasPorts) return TryTakeAsItIs(frame, port, ref missReason);
        switch (TunnelDecap.TryDecap(frame, Tunnels, out dropReason))
        {
            case DecapResult.Detunnelled:
                if (_ports.TryGet(new OdpPort(frame.Metadata.InPort), out var tunnel))
                {
                    tunnel.Port.RxPackets++;
                    tunnel.Port.RxBytes += frame.Length;
                }

                if (frame.TraceId != 0)
                    Trace?.Step(frame, Tier.None, "detunnel", $"{port.Port} → tunnel port {frame.Metadata.InPort}");
                return true;
            case DecapResult.NotTunnel:
                dropReason = DropReason.MalformedFrame;
                return TryTakeAsItIs(frame, port, ref missReason);
            default:
                return false;
        }
    }

    /// <summary>What is addressed to the port itself (or to all) is the host's: ARP for the VTEP's address, control traffic.</summary>
    private static bool TryTakeAsItIs(Frame frame, NicPort port, ref FallbackReason missReason)
    {
        if (frame.Length < MinFrameSize) return false;
        var destination = MacAddress.Read(frame.Bytes);
        if (destination == port.Mac || destination.IsMulticast) missReason = FallbackReason.HostDestined;
        return true;
    }

    /// <summary>Looks up and executes what <see cref="_batch"/> has the keys of. Takes the batch and its frames.</summary>
    /// <param name="arrival">The port by which all have come in, if their metadata is still to be reset.</param>
    private void Process(FrameBatch batch, long nowMs, OdpPort? arrival = null)
    {
        var isPassedOn = Options.IsL1Enabled ? ProcessExact(batch, arrival, nowMs) : ProcessMasked(batch, arrival, nowMs);
        _batch.IsWatched = false;
        if (!isPassedOn) GiveBack(batch);
        _egress.Flush();
    }

    /// <summary>L1 first. True when the batch itself went on.</summary>
    private bool ProcessExact(FrameBatch batch, OdpPort? arrival, long nowMs)
    {
        var keys = _batch.Keys;
        L1.Read(keys, batch.Frames, arrival);
        var canRun = !_batch.IsWatched;
        var isPassedOn = false;
        for (var (i, count) = (0, batch.Count); i < count;)
        {
            if (canRun && L1.UseRun(keys, i, batch.Frames, nowMs, out var slot, out var bytes) is > 0 and var length)
            {
                Counters.L1Frames += length;
                isPassedOn = ExecuteRun(batch, i, length, bytes, L2.FlowAt(slot).Program);
                i += length;
                continue;
            }

            // A run of none has just looked for this one.
            ProcessOne(i, batch[i], canRun ? keys.Marks[i].Candidate : L1.Find(keys, i), nowMs);
            i++;
        }

        return isPassedOn;
    }

    /// <summary>L2 alone, for the whole batch at once. True when the batch itself went on.</summary>
    private bool ProcessMasked(FrameBatch batch, OdpPort? arrival, long nowMs)
    {
        if (arrival is { } port)
            foreach (var frame in batch.Frames) frame.Metadata.Reset(port.Value);

        if (batch.Count == 0) return false;
        var keys = _batch.Keys.ReadWhole(batch.Frames);
        if (_batch.IsWatched || !Options.IsL2Enabled)
        {
            for (var i = 0; i < batch.Count; i++) AskL2(i, batch[i], ref keys[i], -1, nowMs);
            return false;
        }

        var flows = _batch.Flows.AsSpan(0, batch.Count);
        L2.Find(keys, flows);
        var isPassedOn = false;
        for (int i = 0, first = 0; i < flows.Length; first = i)
        {
            var flow = flows[i];
            if (flow is not { Trap: null })
            {
                if (flow is not null) L2.Charge(flow, 1, batch[i].Length, keys[i].TcpFlags, nowMs);
                FallBack(i, batch[i++], flow, nowMs);
                continue;
            }

            // A run of flows that do the same, which share their program.
            var program = flow.Program;
            long bytes = 0;
            do bytes += ChargeRun(batch.Frames, keys, flows, ref i, nowMs);
            while (i < flows.Length && flows[i] is { Trap: null } next && ReferenceEquals(next.Program, program));
            Counters.L2Frames += i - first;
            isPassedOn = ExecuteRun(batch, first, i - first, bytes, program);
        }

        return isPassedOn;
    }

    /// <summary>Charges a flow with the frames from <paramref name="index"/> on that it was found for; returns their bytes.</summary>
    private long ChargeRun(ReadOnlySpan<Frame> frames, Span<FlowKey> keys, Span<NicFlow?> flows, ref int index, long nowMs)
    {
        var (i, flow) = (index, flows[index]!);
        var (bytes, flags) = (0L, 0u);
        do
        {
            var frame = frames[i];
            frame.Tier = Tier.L2;
            bytes += frame.Length;
            flags |= keys[i].TcpFlags;
        }
        while (++i < flows.Length && ReferenceEquals(flows[i], flow));
        L2.Charge(flow, i - index, bytes, (ushort)flags, nowMs);
        index = i;
        return bytes;
    }

    /// <param name="entry">In L1, or -1.</param>
    private void ProcessOne(int index, Frame frame, int entry, long nowMs)
    {
        ref var key = ref _batch.Keys.Whole(index, frame);
        if (entry >= 0 && L1.TryUse(entry, frame.Length, key.TcpFlags, nowMs, out var slot))
        {
            Counters.L1Frames++;
            frame.Tier = Tier.L1;
            if (_batch.IsWatched) TellAnswered(index, frame, L2.FlowAt(slot), 0, nowMs);
            _executor.Execute(frame, ref key, L2.FlowAt(slot).Program, _egress);
            return;
        }

        AskL2(index, frame, ref key, entry, nowMs);
    }

    /// <summary>True when the batch itself went on, as a whole: then it is no longer ours.</summary>
    private bool ExecuteRun(FrameBatch batch, int first, int length, long bytes, ActionProgram program)
    {
        if (_executor.TryOutputRun(program, length, bytes, out var port)) return _egress.Output(port, batch, first, length);
        for (var i = first; i < first + length; i++)
            _executor.Execute(batch[i], ref _batch.Keys.Whole(i, batch[i]), program, _egress);
        return false;
    }

    /// <summary>The way of a frame that L1 has no policy for: add an entry if there is none, ask L2, bind the entry or fall back.</summary>
    private void AskL2(int index, Frame frame, ref FlowKey key, int entry, long nowMs)
    {
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.L1, "lookup", entry < 0 ? "miss" : "no policy");
        if (Options.IsL1Enabled && entry < 0) entry = L1.AddPending(ref key, _batch.Keys.Marks[index].Hash, nowMs);
        var probes = 0;
        var flow = Options.IsL2Enabled ? L2.Answer(ref key, frame.Length, nowMs, out probes) : null;
        if (flow is { Trap: null })
        {
            if (entry >= 0) L1.Bind(entry, flow.Slot, frame.Length, nowMs);
            Counters.L2Frames++;
            frame.Tier = Tier.L2;
            if (frame.TraceId != 0 || _batch.IsWatched) TellAnswered(index, frame, flow, probes, nowMs);
            _executor.Execute(frame, ref key, flow.Program, _egress);
            return;
        }

        FallBack(index, frame, flow, nowMs);
    }

    /// <param name="flow">That leaves the frame to the host; null when no flow was found.</param>
    private void FallBack(int index, Frame frame, NicFlow? flow, long nowMs)
    {
        frame.Tier = Tier.None;
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.L2, "lookup", flow is null ? "miss" : $"{flow.Ufid}: {flow.Refusal}");
        if (_batch.IsWatched) TellCapture(index, Tier.None, nowMs);
        _egress.ToHost(frame, flow?.Trap ?? _batch.MissReasons[index], flow is { IsPartial: true } ? flow.Mark : 0);
    }

    private void TellAnswered(int index, Frame frame, NicFlow flow, int probes, long nowMs)
    {
        if (frame.TraceId != 0)
        {
            var cost = probes == 0 ? "" : $", {probes} masks probed";
            Trace?.Step(frame, frame.Tier, "lookup", $"hit {flow.Ufid}{cost}, actions:{flow.Actions}");
        }

        TellCapture(index, frame.Tier, nowMs);
    }

    private void TellCapture(int index, Tier tier, long nowMs)
    {
        if (_batch.TakeCaptured(index, out var bytes) is { } port) Tap?.Capture(port.Number, isEgress: false, bytes, tier, nowMs);
    }

    /// <summary>Property N11: the host gets the frames as they came, outer headers and all.</summary>
    private void Divert(FrameBatch batch, NicPort port)
    {
        port.Port.RxPackets += batch.Count;
        foreach (var frame in batch.Frames)
        {
            port.Port.RxBytes += frame.Length;
            frame.Metadata.Reset(port.Number.Value);
            frame.Tier = Tier.None;
            if (frame.Length >= MinFrameSize)
            {
                _egress.ToHost(frame, FallbackReason.Diverted);
                continue;
            }

            port.Port.RxDropped++;
            _egress.Drop(frame, DropReason.MalformedFrame);
        }

        GiveBack(batch);
        _egress.Flush();
    }

    private void DropReceived(NicPort port, FrameBatch batch, int index, DropReason reason, long nowMs)
    {
        var frame = batch.RemoveAt(index);
        if (_batch.IsWatched) TellCapture(index, Tier.None, nowMs);
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.None, "drop", reason.ToString());
        port.Port.RxDropped++;
        _egress.Drop(frame, reason);
    }

    private void DropAll(FrameBatch batch, NicPort? port)
    {
        if (port is not null) port.Port.RxDropped += batch.Count;
        port?.Function?.Drops.Add(DropReason.PortDown, batch.Count);
        foreach (var frame in batch.Frames) _egress.Drop(frame, port is null ? DropReason.NoSuchPort : DropReason.PortDown);
        GiveBack(batch);
    }

    private void TakeFromHost(FrameBatch batch, long nowMs)
    {
        Account.In += batch.Count;
        Counters.FromHostFrames += batch.Count;
        Pcie.TookFrames(batch.Count, batch.RingEpoch);
        _egress.NowMs = nowMs;
    }

    private static void GiveBack(FrameBatch batch)
    {
        batch.Clear();
        batch.Pool.Return(batch);
    }
}
