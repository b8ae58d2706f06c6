using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Flow;
using Fabric.Guest;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>A VM and its VF, wired as <see cref="VmActor"/> and <see cref="VfActor"/> do.</summary>
internal sealed class SimVm : IUdpReceiver
{
    /// <summary>Nothing sends to this port of a guest but forgers.</summary>
    public const ushort TrapPort = 6_666;

    private readonly SimHost _host;
    private readonly OdpPort _port;
    private readonly FrameLink _fromVm;
    private readonly VfCredit _credit;
    private readonly SimPause _pause = new();
    private readonly SimLane _toVf;
    private readonly SimLane _toNic;
    private readonly SimLane _creditToNic;
    private readonly SimLane _nicToVf;
    private readonly SimLane _vfToVm;
    private readonly LedgerEntry _vf;
    private readonly LedgerEntry _vm;
    private long _wakeUs = long.MaxValue;
    private uint _marks;

    public SimVm(SimHost host, VmPlan plan)
    {
        (_host, Plan) = (host, plan);
        var world = host.World;
        _port = ServerPorts.VfPort(plan.Vf);
        _fromVm = new FrameLink(world.Shape.VmQueueFrames);
        ToVm = new FrameLink(world.Shape.VmQueueFrames);
        _credit = new VfCredit(_port);
        _toVf = new SimLane(world, "vm-vf", _pause);
        _toNic = new SimLane(world, "vf-nic", host.NicPause);
        _creditToNic = new SimLane(world, "credit", host.NicPause);
        _nicToVf = new SimLane(world, "nic-vf", _pause);
        _vfToVm = new SimLane(world, "vf-vm", _pause);
        Stack = new GuestStack(VmIdentity.Options(plan) with { Seed = host.Seed * 64 + (uint)plan.Vf }, world.Pool);
        _vf = world.Ledger.Add($"{plan.Name}/vf", new FrameAccount(), () => 0);
        _vm = world.Ledger.Add(plan.Name, Stack.Account, () => Stack.QueuedFrames, () => Stack.HeldFragments);
        Stack.BindUdp(TrapPort, this);
    }

    public VmPlan Plan { get; }

    public SimHost Host => _host;

    public GuestStack Stack { get; }

    public FrameLink ToVm { get; }

    public bool IsLinkUp { get; set; } = true;

    /// <summary>Forged datagrams that got here.</summary>
    public long Trapped { get; private set; }

    /// <summary>In a fabric of sinks: what arrived, as a count by the frames' hash.</summary>
    public Dictionary<ulong, int> Arrived { get; } = [];

    private SimWorld World => _host.World;

    private long NowUs => World.Clock.NowUs;

    public void PauseUntil(long untilUs) => _pause.Lengthen(untilUs);

    public void Boot()
    {
        if (World.Shape.HasSinks) return;
        Stack.Boot(NowUs);
        Flush();
    }

    public PingRun Ping(IpAddress destination, PingOptions options)
    {
        var run = Stack.Ping(destination, options, NowUs);
        Flush();
        return run;
    }

    /// <summary>Something has been asked of the stack: hands on what it has to send.</summary>
    public void Flush()
    {
        while (Stack.TryTakeOutput(out var batch))
        {
            // One frame in eight is marked, for the NIC to tell by which flow it was forwarded.
            foreach (var frame in batch.Frames)
                if ((++_marks & 7) == 0) frame.TraceId = _marks;
            // The stack has counted these frames as out; the way may still refuse them, so the account takes them back first.
            Stack.Account.Out -= batch.Count;
            Send(batch, Stack.Account);
        }

        _vm.Check();
        Wake(Stack.NextDueUs());
    }

    /// <summary>Sends as this VM does, but what it would never send.</summary>
    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        if (!World.Pool.TryRent(bytes.Length, out var frame)) return;
        bytes.CopyTo(frame.Bytes);
        var batch = World.Pool.RentBatch();
        batch.Add(frame);
        Stack.Account.Created++;
        Send(batch, Stack.Account);
        _vm.Check();
    }

    /// <summary>From the NIC, which has taken a place of this VF's window for each.</summary>
    public void FromNic(FrameBatch batch) => _nicToVf.Post(batch.Count, () =>
    {
        if (_credit.Add(batch.Count)) _creditToNic.Post(0, () => _host.Nic.GiveCredit(_credit));
        _vf.Account.In += batch.Count;
        if (!IsLinkUp || !_host.HasBooted) DropAtVf(batch, DropReason.PortDown);
        else if (!ToVm.TryClaim(batch)) DropAtVf(batch, DropReason.VmQueueFull);
        else
        {
            _vf.Account.Out += batch.Count;
            _vfToVm.Post(batch.Count, () => Receive(batch));
        }

        _vf.Check();
    });

    private void Send(FrameBatch batch, FrameAccount account)
    {
        if (!_fromVm.TryClaim(batch))
        {
            account.Drops.Add(DropReason.VfQueueFull, batch.Count);
            World.Pool.ReturnWithFrames(batch);
            return;
        }

        account.Out += batch.Count;
        _toVf.Post(batch.Count, () => FromVm(batch));
    }

    private void FromVm(FrameBatch batch)
    {
        _fromVm.Took(batch);
        _vf.Account.In += batch.Count;
        if (!IsLinkUp) DropAtVf(batch, DropReason.PortDown);
        else if (!_host.FromVfs.TryClaim(batch)) DropAtVf(batch, DropReason.NicQueueFull);
        else
        {
            _vf.Account.Out += batch.Count;
            _toNic.Post(batch.Count, () => _host.Nic.FromVf(_port, batch));
        }

        _vf.Check();
    }

    private void DropAtVf(FrameBatch batch, DropReason reason)
    {
        _vf.Account.Drops.Add(reason, batch.Count);
        World.Pool.ReturnWithFrames(batch);
    }

    private void Receive(FrameBatch batch)
    {
        ToVm.Took(batch);
        foreach (var frame in batch.Frames) World.Clock.Mix((ulong)frame.Length);
        if (World.Shape.HasSinks)
        {
            Record(batch);
            return;
        }

        Stack.Receive(batch, NowUs);
        Flush();
    }

    private void Record(FrameBatch batch)
    {
        Stack.Account.In += batch.Count;
        Stack.Account.Consumed += batch.Count;
        foreach (var frame in batch.Frames)
        {
            var hash = 0xcbf2_9ce4_8422_2325;
            foreach (var value in frame.Bytes) hash = (hash ^ value) * 0x0000_0100_0000_01b3;
            Arrived[hash] = Arrived.GetValueOrDefault(hash) + 1;
        }

        World.Pool.ReturnWithFrames(batch);
        _vm.Check();
    }

    private void Wake(long dueUs)
    {
        if (dueUs >= _wakeUs || World.IsEnding) return;
        var atUs = Math.Max(dueUs, NowUs + 1_000);
        if (atUs >= _wakeUs) return;
        _wakeUs = atUs;
        World.Clock.At(atUs, "vm-tick", () =>
        {
            if (_wakeUs != atUs) return;
            _wakeUs = long.MaxValue;
            Stack.Tick(NowUs);
            Flush();
        });
    }

    void IUdpReceiver.Receive(UdpSocket socket, in UdpArrival arrival)
    {
        Trapped++;
        World.Violations.Add(Rule.NoForgery, $"{Plan.Name} got a forged datagram from {arrival.Source}");
    }
}
