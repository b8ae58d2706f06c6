using Akka.Actor;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>The ways between one VM and its VF. The VM comes later than the VF, which drops what arrives before.</summary>
/// <param name="toVm">Credit of the way from VF to VM.</param>
public sealed class VmWays(FrameLink toVm)
{
    private FrameInlet? _inlet;

    public FrameLink ToVm { get; } = toVm;

    public FrameInlet ToVf { get; set; } = null!;

    public IActorRef? Vm
    {
        set => _inlet = new FrameInlet(value!, FrameLane.ToVm, ToVm, DropReason.VmQueueFull);
    }

    /// <summary>Null while the VM does not run.</summary>
    public FrameInlet? Inlet() => Volatile.Read(ref _inlet);
}
