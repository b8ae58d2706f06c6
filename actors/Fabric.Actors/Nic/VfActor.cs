using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// One SR-IOV virtual function: the way between a VM and the NIC, with its link state and counters.
/// <para>A restart means: the link flaps; frames that arrive meanwhile wait in the mailbox within the credit of their links.</para>
/// </summary>
public sealed class VfActor : ReceiveActor
{
    private readonly VfPlan _plan;
    private readonly FrameAccount _account = new();
    private readonly VfCounters _counters = new();
    private bool _linkUp = true;

    public VfActor(VfPlan plan)
    {
        _plan = plan;
        Receive<FrameBatch>(OnFrames);
        Receive<SetVfLink>(link => SetLink(link.IsUp));
        Receive<GetPartState>(_ => Sender.Tell(State()));
    }

    public static Props Props(VfPlan plan) => Akka.Actor.Props.Create(() => new VfActor(plan)).WithDispatcher(NodeServices.FrameDispatcher);

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        SetLink(true);
    }

    private void SetLink(bool isUp)
    {
        _linkUp = isUp;
        _plan.Nic.Tell(new VfLinkChanged(_plan.Port, isUp), ActorRefs.NoSender);
    }

    private void OnFrames(FrameBatch batch)
    {
        var fromVm = batch.Lane == FrameLane.FromVm;
        if (fromVm) _plan.FromVm.Took(batch);
        else if (_plan.Credit.Add(batch.Count)) _plan.Nic.Tell(_plan.Credit, ActorRefs.NoSender);
        _account.In += batch.Count;
        _counters.Count(batch, fromVm);
        var next = fromVm ? _plan.ToNic : _plan.ToVm();
        if (!_linkUp || next is null)
        {
            _account.Drops.Add(DropReason.PortDown, batch.Count);
            batch.Pool.ReturnWithFrames(batch);
            return;
        }

        batch.Port = _plan.Port.Value;
        next.Send(batch, _account);
    }

    private VfPartState State() => new(
        new VfState(
            _plan.Server, _plan.Name, _plan.Port.Value, _plan.Vm, _plan.Mac, _linkUp, _counters.RxFrames, _counters.RxBytes,
            _counters.TxFrames, _counters.TxBytes, _account.Drops.Total),
        PartAccount.Of(_plan.Name, _account, 0));
}
