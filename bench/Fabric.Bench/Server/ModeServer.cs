using System.Diagnostics;
using System.Globalization;
using Fabric.Actors;
using Fabric.Agent;
using Fabric.Bench.Nic;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Bench.Server;

/// <summary>
/// A server's engines on one thread, joined by calls in place of messages: NIC with two VFs, datapath, agent. A frame is followed until it
/// has left, and so is what it caused.
/// </summary>
internal sealed class ModeServer : INicOutput, IKernelOutput, IDisposable
{
    private static readonly OdpPort Sender = new(1);
    private static readonly OdpPort Receiver = new(2);

    private readonly FramePool _pool = new(4_096);
    private readonly SmartNic _nic;
    private readonly PcieOffloadHook _hook;
    private readonly KernelDatapath _kernel;
    private readonly DirectDatapath _direct;
    private readonly OvsAgent _agent = new();
    private readonly Queue<(FrameBatch Batch, FallbackReason Reason)> _toHost = new();
    private readonly Queue<(OdpPort Port, Frame Frame)> _fromHost = new();
    private readonly Upcall[] _upcalls = new Upcall[64];
    private long _nowMs = 1;
    private int _owedCredit;

    public ModeServer(bool hasOffload, bool isExplicit, bool isUserspace, IEnumerable<string> rules)
    {
        _nic = new SmartNic(new SmartNicOptions { IsL1Enabled = hasOffload, IsL2Enabled = hasOffload }, _pool, this, seed: 1);
        _hook = new PcieOffloadHook(new PcieOptions(), epoch: 1) { OffersFlows = hasOffload };
        var options = new KernelDatapathOptions { HasPartialOffload = isUserspace };
        _kernel = new KernelDatapath(options, _pool, new TunnelTables(), this, _hook);
        _direct = new DirectDatapath(_kernel, () => _nowMs);
        _hook.Attach(_kernel);
        _agent.TryAddBridge(new BridgeSettings("br0", new MacAddress(0x0200_0000_0001), null, FailMode.Secure), 0, out _);
        foreach (var port in new[] { Sender, Receiver })
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"vf{port.Value}");
            _kernel.AddPort(new DatapathPort(port, name, DatapathPortKind.Representor));
            var mac = new MacAddress(0x0200_0000_0000UL | port.Value);
            _hook.SetPort(new PortConfig(port, name, DatapathPortKind.Representor, mac, IsUp: true));
            _agent.TryAddPort("br0", new PortSettings(name, new OfpPort((ushort)port.Value), port, AgentPortType.System), out _);
        }

        foreach (var rule in rules) Invariant.Check(_agent.TryAddRule("br0", rule, 0, out _), "the benchmark's rules are right");
        if (isExplicit) _agent.OffloadExplicitly();
        _agent.Explicit?.TakeDump([], _direct);
        Settle();
    }

    public long Delivered { get; private set; }

    /// <summary>Frames that the NIC gave to the host.</summary>
    public long Fallbacks => Enum.GetValues<FallbackReason>().Sum(_kernel.Fallbacks);

    public long Upcalls => _agent.UpcallCount;

    /// <summary>Sends the only frame under way; returns how long it took to leave by the other VF, in microseconds.</summary>
    public double Send(uint flow, int destinationPortCount)
    {
        Invariant.Check(_pool.TryRent(LoadFrames.Size, out var frame), "a frame is free");
        LoadFrames.WriteTemplate(frame.Bytes);
        LoadFrames.Write(frame.Bytes, flow, destinationPortCount);
        var batch = _pool.RentBatch();
        batch.Add(frame);
        var (before, start) = (Delivered, Stopwatch.GetTimestamp());
        _nic.ReceiveFromVf(Sender, batch, _nowMs);
        while (Delivered == before) Step();
        var microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        Settle();
        return microseconds;
    }

    public void Dispose() => _nic.Dispose();

    private void Settle()
    {
        while (Step())
        {
        }

        _nic.GiveVfCredit(Receiver, _owedCredit, _nowMs);
        _owedCredit = 0;
    }

    /// <summary>False when nothing is under way.</summary>
    private bool Step()
    {
        if (_toHost.TryDequeue(out var fallback))
        {
            _hook.Pcie.TookFrames(fallback.Batch.Count, fallback.Batch.RingEpoch);
            _kernel.Receive(fallback.Batch, fallback.Reason, _nowMs);
            return true;
        }

        if (_kernel.QueuedUpcalls > 0)
        {
            var count = _kernel.TakeUpcalls(_upcalls);
            for (var i = 0; i < count; i++)
                _agent.HandleUpcall(_upcalls[i].Frame, ref _upcalls[i].Key, _upcalls[i].Reason, _nowMs, _direct, _upcalls[i].Action);
            return true;
        }

        if (_fromHost.TryDequeue(out var sent))
        {
            var batch = _pool.RentBatch();
            batch.Add(sent.Frame);
            Invariant.Check(_hook.Pcie.ClaimRing(1) == 1, "the ring has room for the only frame under way");
            batch.RingEpoch = _hook.Pcie.Epoch;
            _nic.ReceiveFromHost(sent.Port, batch, _nowMs);
            return true;
        }

        var isBusy = false;
        while (_hook.TryTakeEnvelope(_nowMs, out var envelope))
        {
            _nic.ReceiveControl(envelope, _nowMs);
            isBusy = true;
        }

        while (_nic.TryTakeControl(_nowMs, out var envelope))
        {
            _hook.Receive(envelope, _nowMs);
            isBusy = true;
        }

        return isBusy;
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        Delivered += batch.Count;
        _owedCredit += batch.Count;
        batch.Pool.ReturnWithFrames(batch);
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch) => batch.Pool.ReturnWithFrames(batch);

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason) => _toHost.Enqueue((batch, reason));

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => _fromHost.Enqueue((port, frame));

    void IKernelOutput.FlowRemoved(FlowRemoved removed)
    {
    }
}
