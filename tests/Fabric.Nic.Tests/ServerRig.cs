using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// A kernel datapath and a NIC joined by a PCIe channel whose envelopes may be lost, doubled and reordered. It records where frames come
/// out and which flows are gone.
/// </summary>
internal sealed class ServerRig : INicOutput, IKernelOutput, IDisposable
{
    private readonly List<(long DueMs, bool ToNic, PcieEnvelope Envelope)> _wire = [];
    private readonly Queue<(OdpPort Port, Frame Frame)> _transmit = new();
    private readonly Queue<(FrameBatch Batch, FallbackReason Reason)> _fallback = new();
    private readonly int[] _owedCredit = new int[5];
    private readonly Random _random;

    public ServerRig(Random random, SmartNicOptions? options = null, bool hasPartialOffload = false)
    {
        _random = random;
        options ??= new SmartNicOptions { Pcie = new PcieOptions { Window = 8, StatsChunk = 3, RetransmitMs = 10, KeepaliveMs = 50 } };
        Hook = new PcieOffloadHook(options.Pcie, epoch: 1, statsIntervalMs: 100);
        var kernel = new KernelDatapathOptions { MaxIdleMs = int.MaxValue, HasPartialOffload = hasPartialOffload };
        Kernel = new KernelDatapath(kernel, Pool, new TunnelTables(), this, Hook);
        Hook.Attach(Kernel);
        Nic = new SmartNic(options, Pool, this, 3);
        for (uint vf = 1; vf <= 4; vf++)
        {
            Kernel.AddPort(new DatapathPort(new OdpPort(vf), $"vf{vf}", DatapathPortKind.Representor));
            var mac = new MacAddress(0x0200_0000_0000UL | vf);
            Hook.SetPort(new PortConfig(new OdpPort(vf), $"vf{vf}", DatapathPortKind.Representor, mac, IsUp: true));
        }

        Run(10);
    }

    public FramePool Pool { get; } = new(16_384);

    public PcieOffloadHook Hook { get; }

    public KernelDatapath Kernel { get; }

    public SmartNic Nic { get; }

    public long NowMs { get; private set; } = 1;

    /// <summary>The NIC gets no processor: what is sent to it waits.</summary>
    public bool IsNicStill { get; set; }

    /// <summary>The host gets none.</summary>
    public bool IsHostStill { get; set; }

    /// <summary>Chance that an envelope is lost, and that it is doubled.</summary>
    public double Fault { get; set; }

    public List<(OdpPort Port, byte[] Bytes)> Delivered { get; } = [];

    public List<FlowRemoved> Removed { get; } = [];

    public void Put(Ufid ufid, FlowKey key, FlowMask mask, DatapathActions actions) =>
        Kernel.FlowPut(ufid, ref key, ref mask, actions, NowMs);

    public void Send(uint vf, params ReadOnlySpan<Frame> frames)
    {
        Nic.ReceiveFromVf(new OdpPort(vf), Frames.Batch(Pool, frames), NowMs);
        MoveFrames();
    }

    /// <summary>Passes time in steps of one millisecond.</summary>
    public void Run(int durationMs)
    {
        for (var end = NowMs + durationMs; NowMs < end;)
        {
            NowMs++;
            Exchange();
            if (!IsNicStill) Nic.Tick(NowMs);
            if (!IsHostStill) Hook.Tick(NowMs);
            Exchange();
        }
    }

    /// <summary>Passes time without faults until both ends agree on everything.</summary>
    public void Settle()
    {
        Fault = 0;
        Run(2_000);
        // Statistics may just have been asked for.
        for (var more = 0; more < 5 && !Hook.IsSettled; more++) Run(1);
        Assert.Equal((0, 0, 0), (Hook.Pcie.UnansweredCount, Kernel.PendingDeletes, Kernel.PendingReoffers));
    }

    public void CheckAccounts()
    {
        Assert.Equal(0, Nic.Account.Imbalance(Nic.QueuedFrames));
        Assert.Equal(0, Kernel.Account.Imbalance(Kernel.QueuedFrames));
    }

    private void Exchange()
    {
        Deliver();
        while (!IsHostStill && Hook.TryTakeEnvelope(NowMs, out var envelope)) Carry(toNic: true, envelope);
        while (!IsNicStill && Nic.TryTakeControl(NowMs, out var envelope)) Carry(toNic: false, envelope);
        if (Fault == 0) Deliver();
    }

    private void Carry(bool toNic, PcieEnvelope envelope)
    {
        if (_random.NextDouble() < Fault) return;
        var copies = _random.NextDouble() < Fault ? 2 : 1;
        for (var copy = 0; copy < copies; copy++) _wire.Add((Fault == 0 ? NowMs : NowMs + _random.Next(12), toNic, envelope));
    }

    private void Deliver()
    {
        for (var i = 0; i < _wire.Count;)
        {
            var (dueMs, toNic, envelope) = _wire[i];
            if (dueMs > NowMs || (toNic ? IsNicStill : IsHostStill))
            {
                i++;
                continue;
            }

            _wire.RemoveAt(i);
            if (toNic) Nic.ReceiveControl(envelope, NowMs);
            else Hook.Receive(envelope, NowMs);
        }
    }

    private void MoveFrames()
    {
        while (_fallback.TryDequeue(out var fallback))
        {
            Hook.Pcie.TookFrames(fallback.Batch.Count, fallback.Batch.RingEpoch);
            Kernel.Receive(fallback.Batch, fallback.Reason, NowMs);
        }

        while (_transmit.TryDequeue(out var transmit)) Nic.ReceiveFromHost(transmit.Port, Frames.Batch(Pool, transmit.Frame), NowMs);
        for (uint vf = 1; vf <= 4; vf++)
        {
            Nic.GiveVfCredit(new OdpPort(vf), _owedCredit[vf], NowMs);
            _owedCredit[vf] = 0;
        }
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        _owedCredit[vf.Value] += batch.Count;
        foreach (var frame in batch.Frames) Delivered.Add((vf, frame.Bytes.ToArray()));
        Pool.ReturnWithFrames(batch);
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch) => Pool.ReturnWithFrames(batch);

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason) => _fallback.Enqueue((batch, reason));

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => _transmit.Enqueue((port, frame));

    void IKernelOutput.FlowRemoved(FlowRemoved removed) => Removed.Add(removed);

    public void Dispose() => Nic.Dispose();
}
