using Akka.Actor;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// One SR-IOV virtual function: the way between the NIC and the VM that has it, with its link state and counters. It outlives the VF that
/// the host destroys, without a link.
/// <para>A restart means: the link flaps; frames that arrive meanwhile wait in the mailbox within the credit of their links. Who has the VF
/// stays.</para>
/// </summary>
public sealed class VfActor : ReceiveActor
{
    private readonly VfPlan _plan;
    private readonly FrameAccount _account = new();
    private readonly VfCounters _counters = new();
    private bool _linkUp = true;
    private bool _carrier;

    public VfActor(VfPlan plan)
    {
        _plan = plan;
        Receive<FrameBatch>(OnFrames);
        Receive<SetVfLink>(link => SetLink(link.IsUp));
        Receive<VfCarrier>(carrier =>
        {
            _carrier = carrier.IsUp;
            TellLink();
        });
        Receive<UnplugVm>(OnUnplug);
        Receive<PlugVm>(OnPlug);
        Receive<GuestRequest>(request => _plan.Nic.Tell(request with { Port = _plan.Port }, ActorRefs.NoSender));
        Receive<GetPartState>(_ => Sender.Tell(State()));
    }

    public static Props Props(VfPlan plan) => Akka.Actor.Props.Create(() => new VfActor(plan)).WithDispatcher(NodeServices.FrameDispatcher);

    protected override void PreStart() => _plan.Nic.Tell(new VfStarted(_plan.Port), Self);

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        SetLink(true);
    }

    /// <summary>What the VM's driver does; whether the link is up then is the NIC's to say.</summary>
    private void SetLink(bool isUp)
    {
        _linkUp = isUp;
        TellLink();
        _plan.Nic.Tell(new VfLinkChanged(_plan.Port, isUp), ActorRefs.NoSender);
    }

    private void TellLink()
    {
        if (_plan.Slot.Vm is { } vm) vm.HasLink = _linkUp && _carrier;
    }

    /// <summary>Behind every frame that was sent to the VM; those of the VM that are still to come are not passed on.</summary>
    private void OnUnplug(UnplugVm unplug)
    {
        var vm = _plan.Slot.Vm;
        _plan.Slot.Vm = null;
        if (vm is not null) vm.HasLink = false;
        if (vm?.Actor is { } actor) actor.Forward(unplug);
        else
        {
            if (vm is not null) vm.Vf = null;
            Sender.Tell(new StepDone(unplug.Step));
        }
    }

    private void OnPlug(PlugVm plug)
    {
        _plan.Slot.Vm = plug.Vm;
        TellLink();
        if (plug.Vm.Actor is { } actor) actor.Forward(plug);
        else
        {
            plug.Vm.Vf = plug.Vf;
            Sender.Tell(new StepDone(plug.Step));
        }
    }

    private void OnFrames(FrameBatch batch)
    {
        var fromVm = batch.Lane == FrameLane.FromVm;
        if (fromVm) _plan.FromVm.Took(batch);
        else if (_plan.Credit.Add(batch.Count)) _plan.Nic.Tell(_plan.Credit, ActorRefs.NoSender);
        _account.In += batch.Count;
        _counters.Count(batch, fromVm);
        var vm = _plan.Slot.Vm;
        var next = vm is null ? null : fromVm ? _plan.ToNic : vm.Inlet();
        if (!_linkUp || !_carrier || next is null)
        {
            _account.Drops.Add(DropReason.PortDown, batch.Count);
            batch.Pool.ReturnWithFrames(batch);
            return;
        }

        batch.Port = _plan.Port.Value;
        next.Send(batch, _account);
    }

    private VfPartState State() => new(
        _plan.Name, _counters.RxFrames, _counters.RxBytes, _counters.TxFrames, _counters.TxBytes, PartAccount.Of(_plan.Name, _account, 0));
}
