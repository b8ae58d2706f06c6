using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>Wires a <see cref="SmartNic"/> as <see cref="SmartNicActor"/> does.</summary>
internal sealed class SimNic : INicOutput
{
    /// <summary>As the actor looks again.</summary>
    private const int ReleaseLimitMs = 100;

    private readonly SimHost _host;
    private readonly MacAddress _mac;
    private readonly LedgerEntry _cable;
    private readonly Dictionary<VmPlan, VfSettings?> _functions = [];
    private LedgerEntry _ledger = null!;
    private bool _isReleaseDue;

    public SimNic(SimHost host)
    {
        _host = host;
        _mac = MacAddress.Parse(host.Plan.VtepMac);
        foreach (var vm in host.Plan.Vms) _functions.Add(vm, SettingsOf(vm));
        _cable = host.World.Ledger.Add($"{host.Plan.Name}/phy0", new FrameAccount(), () => 0);
        Make();
    }

    public SmartNic Engine { get; private set; } = null!;

    private SimWorld World => _host.World;

    private long NowMs => World.Clock.NowMs;

    /// <summary>The way in for VFs; the sender has claimed its room.</summary>
    public void FromVf(OdpPort port, FrameBatch batch)
    {
        _host.FromVfs.Took(batch);
        Engine.ReceiveFromVf(port, batch, NowMs);
        EndTurn();
    }

    public void FromWire(FrameBatch batch)
    {
        if (World.Mutant != SimMutant.NoBackPressure) _host.FromUnderlay.Took(batch);
        _cable.Account.In += batch.Count;
        var kept = World.Pool.RentBatch();
        foreach (var frame in batch.Frames)
        {
            if (PhysicalLink.TryAddEthernet(frame, _mac, SourceMac(frame))) kept.Add(frame);
            else DropAtCable(frame);
        }

        batch.Clear();
        World.Pool.Return(batch);
        _cable.Account.Out += kept.Count;
        _cable.Check();
        if (kept.Count > 0) Engine.ReceiveFromWire(ServerPorts.PhysicalPort, kept, NowMs);
        else World.Pool.Return(kept);
        EndTurn();
    }

    public void FromHost(OdpPort port, FrameBatch batch)
    {
        Engine.ReceiveFromHost(port, batch, NowMs);
        EndTurn();
    }

    public void GiveCredit(VfCredit credit)
    {
        Engine.GiveVfCredit(credit.Port, credit.Take(), NowMs);
        EndTurn();
    }

    public void ReceiveControl(PcieEnvelope envelope)
    {
        Engine.ReceiveControl(envelope, NowMs);
        EndTurn();
    }

    public void Tick()
    {
        Engine.Tick(NowMs);
        EndTurn();
    }

    /// <summary>Frames that waited for their VF's rate.</summary>
    private void Release()
    {
        _isReleaseDue = false;
        Engine.Release(NowMs);
        EndTurn();
    }

    public static VfSettings SettingsOf(VmPlan vm) => new() { Mac = MacAddress.Parse(vm.Mac) };

    /// <summary>What the host says of a VM's VF; null: it is gone. The host's port comes back with it.</summary>
    public void SetFunction(VmPlan vm, VfSettings? settings)
    {
        var isBack = _functions[vm] is null && settings is not null;
        _functions[vm] = settings;
        Apply(vm, settings);
        EndTurn();
        if (isBack) _host.ToKernelFromAgent.Post(0, () => _host.Kernel.SetAgain(ServerPorts.VfPort(vm.Vf)));
    }

    public void SetHung(bool isHung)
    {
        Engine.IsHung = isHung;
        EndTurn();
    }

    private void Apply(VmPlan vm, VfSettings? settings)
    {
        var port = ServerPorts.VfPort(vm.Vf);
        if (settings is null) Engine.DestroyFunction(port, NowMs);
        else Invariant.Check(Engine.TrySetFunction(port, ServerPorts.VfName(vm.Vf), settings, NowMs, out _), "the settings are a VF's");
    }

    /// <summary>A firmware reset.</summary>
    public void Reset()
    {
        Engine.Reset();
        EndTurn();
    }

    /// <summary>The actor is restarted: a new engine in a later life.</summary>
    public void Restart()
    {
        Engine.Reset();
        Engine.Dispose();
        Make();
        EndTurn();
    }

    private void Make()
    {
        var (plan, shape) = (_host.Plan, World.Shape);
        Engine = new SmartNic(
            new SmartNicOptions
            {
                ExactMatch = new ExactMatchOptions { Capacity = plan.Nic.ExactMatchEntries },
                Eviction = plan.Nic.Eviction,
                RuleLimit = plan.Nic.Rules,
                MaskLimit = plan.Nic.Masks,
                StatisticsContextLimit = plan.Nic.StatisticsContexts,
                Offloads = OffloadProfile.Of(plan.Nic.Offloads),
                IsL1Enabled = shape.HasL1,
                IsL2Enabled = shape.HasL2,
                VfWindow = shape.VfWindow,
                VfQueueFrames = shape.VfQueueFrames,
                Pcie = new PcieOptions { Window = shape.PcieWindow, RingFrames = shape.PcieRing },
            },
            World.Pool, this, _host.Seed, World.NextLife()) { Trace = _host.Watch };
        var engine = Engine;
        _ledger = World.Ledger.Add($"{plan.Name}/nic", Engine.Account, () => engine.QueuedFrames);
        foreach (var (vm, settings) in _functions) Apply(vm, settings);
    }

    private void EndTurn()
    {
        _ledger.Check();
        if (!_isReleaseDue && Engine.NextReleaseMs is { } releaseMs)
        {
            _isReleaseDue = true;
            World.Clock.In(Math.Clamp(releaseMs - NowMs, 1, ReleaseLimitMs) * 1_000L, "release", Release);
        }

        while (Engine.TryTakeLinkNews(out var news)) Engine.ReportLink(news.Vf, news.IsUp);
        while (Engine.TryTakeControl(NowMs, out var envelope)) _host.Control.ToHost(envelope);
    }

    private static MacAddress SourceMac(Frame packet)
    {
        var bytes = packet.Bytes;
        if (bytes.Length < 20 || bytes[0] >> 4 != 4) return new MacAddress(0x02fb_0000_0000UL);
        return new MacAddress(0x02fb_0000_0000UL | Ipv4Address.Read(bytes[12..]).Value);
    }

    private void DropAtCable(Frame frame)
    {
        _cable.Account.Drops.Add(DropReason.MalformedOuter);
        World.Pool.Return(frame);
    }

    void INicOutput.ToVf(OdpPort vf, FrameBatch batch) => _host.VmByPort[vf.Value].FromNic(batch);

    void INicOutput.ToWire(OdpPort physicalPort, FrameBatch batch)
    {
        _cable.Account.In += batch.Count;
        foreach (var frame in batch.Frames)
        {
            if (!PhysicalLink.TryStripEthernet(frame))
            {
                DropAtCable(frame);
                continue;
            }

            _cable.Account.Out++;
            _host.Underlay.Send(_host, frame);
        }

        batch.Clear();
        World.Pool.Return(batch);
        _cable.Check();
    }

    void INicOutput.ToHost(FrameBatch batch, FallbackReason reason) =>
        _host.ToKernelFromNic.Post(batch.Count, () => _host.Kernel.FromNic(batch, reason));
}
