using Fabric.Actors;
using Fabric.Agent;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Forwarding.Tests;

/// <summary>
/// One server without actors: the agent, the kernel datapath and the NIC joined by direct calls, with bridge br-int and six VFs, p1 to p6.
/// Time is passed by the tests; every 100 ms the flows are revalidated.
/// </summary>
internal sealed class Server : INicOutput, IKernelOutput, IDisposable
{
    public const string Bridge = "br-int";
    public const int PortCount = 6;
    private const int SweepMs = 100;

    private readonly Queue<(FrameBatch Batch, FallbackReason Reason)> _fallback = new();
    private readonly Queue<(OdpPort Port, Frame Frame)> _transmit = new();
    private readonly int[] _owedCredit = new int[PortCount + 1];
    private readonly Upcall[] _upcalls = new Upcall[256];
    private readonly bool _isOffloaded;

    /// <param name="isOffloaded">False: the NIC is told of no flows, and every frame takes the host's path.</param>
    /// <param name="hasNic">False: the kernel's frames go straight out, as of a server whose NIC does nothing at all.</param>
    /// <param name="number">Tells servers apart, in the bridge's address.</param>
    public Server(bool isOffloaded = true, bool hasNic = true, int number = 1)
    {
        (_isOffloaded, HasNic) = (isOffloaded, hasNic);
        var options = new SmartNicOptions { Pcie = new PcieOptions { RetransmitMs = 10, KeepaliveMs = 50 } };
        Hook = new PcieOffloadHook(options.Pcie, epoch: 1, statsIntervalMs: 50);
        Kernel = new KernelDatapath(
            new KernelDatapathOptions { MaxIdleMs = 60_000 }, Pool, new TunnelTables(), this, isOffloaded && hasNic ? Hook : null);
        Direct = new DirectDatapath(Kernel, () => NowMs);
        Hook.Attach(Kernel);
        Nic = new SmartNic(options, Pool, this, 3);
        Ok(Agent.TryAddBridge(new BridgeSettings(Bridge, new MacAddress(0x0200_0000_0000UL | (uint)number)), 0, out var error), error);
        for (ushort vf = 1; vf <= PortCount; vf++)
        {
            var mac = new MacAddress(0x0a00_0000_0000UL | vf);
            Kernel.AddPort(new DatapathPort(new OdpPort(vf), $"p{vf}", DatapathPortKind.Representor));
            Hook.SetPort(new PortConfig(new OdpPort(vf), $"p{vf}", DatapathPortKind.Representor, mac, IsUp: true));
            Ok(Agent.TryAddPort(Bridge, new PortSettings($"p{vf}", new OfpPort(vf), new OdpPort(vf)) { Mac = mac }, out error), error);
        }

        Run(5);
    }

    public bool HasNic { get; }

    public FramePool Pool { get; } = new(65_536);

    public OvsAgent Agent { get; } = new();

    public KernelDatapath Kernel { get; }

    public DirectDatapath Direct { get; }

    public PcieOffloadHook Hook { get; }

    public SmartNic Nic { get; }

    public long NowMs { get; private set; } = 1;

    /// <summary>What came out of VFs since the last <see cref="Take"/>.</summary>
    public List<(uint Port, byte[] Bytes)> Delivered { get; } = [];

    /// <summary>Bytes that each VF got, also when frames are not kept.</summary>
    public long[] DeliveredBytes { get; } = new long[PortCount + 1];

    public bool IsKeepingFrames { get; set; } = true;

    /// <summary>The agent tells the world of moves; off, so that tests see what they sent.</summary>
    public bool IsTeaching { get; set; }

    public int OwnPackets { get; private set; }

    public void Rule(string rule) => Ok(Agent.TryAddRule(Bridge, rule, NowMs, out var error), error);

    public void Vlan(uint port, VlanSettings vlan) => Change(port, settings => settings with { Vlan = vlan });

    public void Change(uint port, Func<PortSettings, PortSettings> change)
    {
        var settings = change(Agent.FindBridge(Bridge)!.FindPort(new OfpPort((ushort)port))!.Settings);
        Ok(Agent.TryUpdatePort(Bridge, settings, out var error), error);
    }

    public void Bond(BondSettings settings) => Ok(Agent.TrySetBond(Bridge, settings, NowMs, out var error), error);

    public void Mirrors(params MirrorSettings[] mirrors) => Ok(Agent.TrySetMirrors(Bridge, mirrors, out var error), error);

    /// <summary>As the shells do: through the kernel when it offloads, else to the NIC by the same channel.</summary>
    public void Limit(uint port, PortLimits limits)
    {
        if (_isOffloaded || !HasNic) Assert.True(Kernel.TrySetLimits(new OdpPort(port), limits, NowMs));
        else Hook.Limit(new OdpPort(port), limits);
        Run(2);
    }

    public void Send(uint vf, params ReadOnlySpan<byte[]> frames)
    {
        foreach (var bytes in frames)
        {
            Assert.True(Pool.TryRent(bytes.Length, out var frame));
            bytes.CopyTo(frame.Bytes);
            frame.Metadata = default;
            frame.Metadata.InPort = vf;
            var batch = Pool.RentBatch();
            batch.Add(frame);
            if (HasNic) Nic.ReceiveFromVf(new OdpPort(vf), batch, NowMs);
            else Kernel.Receive(batch, FallbackReason.NotLearned, NowMs);
        }

        Pump();
    }

    /// <summary>The link of a VF, at NIC, kernel and agent.</summary>
    public void SetLink(uint vf, bool isUp)
    {
        Nic.TrySetLink(new OdpPort(vf), isUp);
        Assert.True(Kernel.Ports.TryGet(new OdpPort(vf), out var port));
        port.IsUp = isUp;
        Assert.True(Agent.SetPortUp(Bridge, $"p{vf}", isUp, NowMs));
    }

    /// <summary>Passes time in steps of one millisecond.</summary>
    public void Run(int durationMs)
    {
        for (var end = NowMs + durationMs; NowMs < end;)
        {
            NowMs++;
            Exchange();
            Nic.Tick(NowMs);
            Kernel.Release(NowMs);
            Hook.Tick(NowMs);
            if (NowMs % SweepMs == 0) Sweep();
            Pump();
        }

        Check();
    }

    /// <summary>Revalidates all flows now, as a change of configuration makes the agent do at once.</summary>
    public void Sweep()
    {
        Agent.Tick(NowMs);
        if (IsTeaching) OwnPackets += Agent.SendOwnPackets(Pool, Direct, NowMs);
        var dump = Kernel.Flows.Select(f => new FlowStatistics(
            f.Ufid, f.Packets, f.Bytes, Math.Max(0, f.LastUsedMs), f.Offload == OffloadState.Yes)).ToArray();
        Agent.Sweep(dump, NowMs, 1, Direct);
        Exchange();
    }

    /// <summary>What came out, as "port:name[tags]" in order of ports.</summary>
    public string Take()
    {
        var text = string.Join(" ", Delivered.Select(d => (d.Port, Text: $"{d.Port}:{TestFrame.Describe(d.Bytes)}")).OrderBy(d => d.Port)
            .ThenBy(d => d.Text, StringComparer.Ordinal).Select(d => d.Text));
        Delivered.Clear();
        return text;
    }

    /// <summary>Sends one frame and tells what came out; then once more, and it must be the same from the NIC's tables.</summary>
    public string Ask(uint vf, byte[] frame)
    {
        Send(vf, frame);
        var first = Take();
        Exchange();
        Send(vf, frame);
        var second = Take();
        Assert.Equal(first, second);
        return first;
    }

    public void Check()
    {
        Assert.Equal(0, Nic.Account.Imbalance(Nic.QueuedFrames));
        Assert.Equal(0, Kernel.Account.Imbalance(Kernel.QueuedFrames));
        Assert.Equal(Nic.QueuedFrames + Kernel.QueuedFrames, Pool.Outstanding);
    }

    public void Dispose() => Nic.Dispose();

    private void Exchange()
    {
        for (var isBusy = true; isBusy;)
        {
            isBusy = false;
            while (Hook.TryTakeEnvelope(NowMs, out var envelope))
            {
                Nic.ReceiveControl(envelope, NowMs);
                isBusy = true;
            }

            while (Nic.TryTakeControl(NowMs, out var envelope))
            {
                Hook.Receive(envelope, NowMs);
                isBusy = true;
            }
        }
    }

    private void Pump()
    {
        while (true)
        {
            if (_fallback.TryDequeue(out var fallback))
            {
                Hook.Pcie.TookFrames(fallback.Batch.Count, fallback.Batch.RingEpoch);
                Kernel.Receive(fallback.Batch, fallback.Reason, NowMs);
            }
            else if (Kernel.TakeUpcalls(_upcalls) is > 0 and var count)
            {
                for (var i = 0; i < count; i++)
                    Agent.HandleUpcall(_upcalls[i].Frame, ref _upcalls[i].Key, _upcalls[i].Reason, NowMs, Direct, _upcalls[i].Action);
            }
            else if (_transmit.TryDequeue(out var transmit))
            {
                Transmit(transmit.Port, transmit.Frame);
            }
            else if (!GiveCredit())
            {
                return;
            }
        }
    }

    private void Transmit(OdpPort port, Frame frame)
    {
        var batch = Pool.RentBatch();
        batch.Add(frame);
        if (!HasNic)
        {
            Deliver(port, batch);
            return;
        }

        Assert.Equal(1, Hook.Pcie.ClaimRing(1));
        batch.RingEpoch = Hook.Pcie.Epoch;
        Nic.ReceiveFromHost(port, batch, NowMs);
    }

    private bool GiveCredit()
    {
        var gave = false;
        for (var vf = 1; vf <= PortCount; vf++)
        {
            if (_owedCredit[vf] == 0) continue;
            gave = true;
            var frames = _owedCredit[vf];
            _owedCredit[vf] = 0;
            Nic.GiveVfCredit(new OdpPort((uint)vf), frames, NowMs);
        }

        return gave;
    }

    private void Deliver(OdpPort vf, FrameBatch batch)
    {
        foreach (var frame in batch.Frames)
        {
            DeliveredBytes[vf.Value] += frame.Length;
            if (IsKeepingFrames) Delivered.Add((vf.Value, frame.Bytes.ToArray()));
        }

        Pool.ReturnWithFrames(batch);
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch)
    {
        _owedCredit[vf.Value] += batch.Count;
        Deliver(vf, batch);
    }

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch) => Pool.ReturnWithFrames(batch);

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason) => _fallback.Enqueue((batch, reason));

    void IKernelOutput.Transmit(OdpPort port, Frame frame) => _transmit.Enqueue((port, frame));

    void IKernelOutput.FlowRemoved(FlowRemoved removed)
    {
    }

    private static void Ok(bool ok, string? error) => Assert.True(ok, error);
}
