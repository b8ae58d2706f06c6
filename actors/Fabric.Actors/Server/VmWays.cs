using Akka.Actor;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>The ways between one VM and the VF that it has. The VM comes later than the VF, which drops what arrives before.</summary>
/// <param name="toVm">Credit of the way from VF to VM.</param>
public sealed class VmWays(string name, FrameLink toVm)
{
    private FrameInlet? _inlet;
    private VfParts? _vf;
    private bool _hasLink;

    public string Name { get; } = name;

    public FrameLink ToVm { get; } = toVm;

    /// <summary>The VM's VF; null while it has none. Written by the VM, and before it runs by whoever makes it.</summary>
    public VfParts? Vf
    {
        get => Volatile.Read(ref _vf);
        set => Volatile.Write(ref _vf, value);
    }

    /// <summary>The link of that VF; written by the VF.</summary>
    public bool HasLink
    {
        get => Volatile.Read(ref _hasLink);
        set => Volatile.Write(ref _hasLink, value);
    }

    /// <summary>The VM; null while it does not run.</summary>
    public IActorRef? Actor
    {
        get => Volatile.Read(ref _inlet)?.Receiver;
        set => Volatile.Write(ref _inlet, new FrameInlet(value!, FrameLane.ToVm, ToVm, DropReason.VmQueueFull));
    }

    /// <summary>Null while the VM does not run.</summary>
    public FrameInlet? Inlet() => Volatile.Read(ref _inlet);
}
