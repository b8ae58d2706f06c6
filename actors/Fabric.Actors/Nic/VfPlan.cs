using Akka.Actor;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>
/// What a <see cref="VfActor"/> is made from. <paramref name="ToVm"/> is asked per batch: the VM comes later, and null until then.
/// </summary>
/// <param name="FromVm">Credit of the way from the VM.</param>
/// <param name="Credit">What the NIC may send.</param>
public sealed record VfPlan(
    string Server, string Name, OdpPort Port, string Vm, string Mac, FrameLink FromVm, VfCredit Credit, IActorRef Nic, FrameInlet ToNic,
    Func<FrameInlet?> ToVm);
