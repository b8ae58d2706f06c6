using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic;

/// <summary>The pipeline: frames in, lookups, actions.</summary>
public sealed partial class SmartNic
{
    private const int MinFrameSize = 14;

    private readonly NicBatch _batch;
    private FlowKey _hostKey;
    private bool _hasCaptured;

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

        foreach (var frame in batch.Frames)
        {
            CountReceived(port, frame);
            ref var metadata = ref frame.Metadata;
            metadata.InPort = vf.Value;
            metadata.RecircId = 0;
            metadata.DpHash = 0;
            metadata.SkbMark = 0;
            metadata.SkbPriority = 0;
            metadata.Tunnel.IsPresent = false;
            if (port.IsCaptured) KeepForCapture(port, frame);
            if (frame.Length >= MinFrameSize) _batch.Add(frame, FallbackReason.NotLearned);
            else DropReceived(port, frame, DropReason.MalformedFrame, nowMs);
        }

        GiveBack(batch);
        Process(nowMs);
    }

    /// <summary>
    /// Frames from the wire, from their outer Ethernet header on. A tunnel's frame loses its outer headers and continues as if received on
    /// the
    /// tunnel port. Takes the batch and its frames.
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

        foreach (var frame in batch.Frames)
        {
            CountReceived(port, frame);
            frame.Metadata.InPort = physicalPort.Value;
            frame.Metadata.RecircId = 0;
            frame.Metadata.Tunnel.IsPresent = false;
            if (port.IsCaptured) KeepForCapture(port, frame);
            switch (TunnelDecap.TryDecap(frame, Tunnels, out var reason))
            {
                case DecapResult.Detunnelled:
                    if (_ports.TryGet(new OdpPort(frame.Metadata.InPort), out var tunnel)) CountReceived(tunnel, frame);
                    if (frame.TraceId != 0)
                        Trace?.Step(frame, Tier.None, "detunnel", $"{port.Port} → tunnel port {frame.Metadata.InPort}");
                    _batch.Add(frame, FallbackReason.NotLearned);
                    break;
                case DecapResult.NotTunnel when frame.Length >= MinFrameSize:
                    // What is addressed to the port itself (or to all) is the host's: ARP for the VTEP's address, control traffic.
                    var destination = MacAddress.Read(frame.Bytes);
                    var isForHost = destination == port.Mac || destination.IsMulticast;
                    _batch.Add(frame, isForHost ? FallbackReason.HostDestined : FallbackReason.NotLearned);
                    break;
                case DecapResult.NotTunnel:
                    DropReceived(port, frame, DropReason.MalformedFrame, nowMs);
                    break;
                default:
                    DropReceived(port, frame, reason, nowMs);
                    break;
            }
        }

        GiveBack(batch);
        Process(nowMs);
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

    private void Process(long nowMs)
    {
        var batch = _batch;
        if (batch.Count == 0)
        {
            _egress.Flush();
            return;
        }

        var keys = batch.Keys;
        if (Options.IsL1Enabled) L1.FindBatch(keys, batch.Hashes, batch.Entries);
        var version = L1.Version;
        for (var i = 0; i < keys.Length; i++)
        {
            var frame = batch.Frames[i];
            ref var key = ref keys[i];
            var entry = -1;
            if (Options.IsL1Enabled)
            {
                // An entry found for the whole batch may have gone, or come, through an earlier frame of it.
                entry = L1.Version == version ? batch.Entries[i] : L1.Find(ref key, batch.Hashes[i]);
                if (entry >= 0 && L1.TryUse(entry, frame.Length, key.TcpFlags, nowMs, out var slot))
                {
                    Counters.L1Frames++;
                    frame.Tier = Tier.L1;
                    if (frame.TraceId != 0 || _hasCaptured) TellAnswered(i, frame, L2.FlowAt(slot), 0, nowMs);
                    _executor.Execute(frame, ref key, L2.FlowAt(slot).Program, _egress);
                    continue;
                }
            }

            AskL2(i, frame, ref key, entry, nowMs);
        }

        Array.Clear(batch.Frames, 0, keys.Length);
        batch.Clear();
        _hasCaptured = false;
        _egress.Flush();
    }

    /// <summary>The way of a frame that L1 has no policy for: add an entry if there is none, ask L2, bind the entry or fall back.</summary>
    private void AskL2(int index, Frame frame, ref FlowKey key, int entry, long nowMs)
    {
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.L1, "lookup", entry < 0 ? "miss" : "no policy");
        if (Options.IsL1Enabled && entry < 0) entry = L1.AddPending(ref key, _batch.Hashes[index], nowMs);
        var probes = 0;
        var flow = Options.IsL2Enabled ? L2.Answer(ref key, frame.Length, nowMs, out probes) : null;
        if (flow is { Trap: null })
        {
            if (entry >= 0) L1.Bind(entry, flow.Slot, frame.Length, nowMs);
            Counters.L2Frames++;
            frame.Tier = Tier.L2;
            if (frame.TraceId != 0 || _hasCaptured) TellAnswered(index, frame, flow, probes, nowMs);
            _executor.Execute(frame, ref key, flow.Program, _egress);
            return;
        }

        frame.Tier = Tier.None;
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.L2, "lookup", flow is null ? "miss" : $"{flow.Ufid}: {flow.Refusal}");
        if (_hasCaptured) TellCapture(index, Tier.None, nowMs);
        _egress.ToHost(frame, flow?.Trap ?? _batch.MissReasons[index]);
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

    private void KeepForCapture(NicPort port, Frame frame)
    {
        _batch.KeepForCapture(port, frame);
        _hasCaptured = true;
    }

    private static void CountReceived(NicPort port, Frame frame)
    {
        port.Port.RxPackets++;
        port.Port.RxBytes += frame.Length;
    }

    private void DropReceived(NicPort port, Frame frame, DropReason reason, long nowMs)
    {
        if (_hasCaptured) TellCapture(_batch.Count, Tier.None, nowMs);
        if (frame.TraceId != 0) Trace?.Step(frame, Tier.None, "drop", reason.ToString());
        port.Port.RxDropped++;
        _egress.Drop(frame, reason);
    }

    private void DropAll(FrameBatch batch, NicPort? port)
    {
        if (port is not null) port.Port.RxDropped += batch.Count;
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
