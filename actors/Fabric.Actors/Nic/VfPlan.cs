using Akka.Actor;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>What a <see cref="VfActor"/> is made from.</summary>
/// <param name="FromVm">Credit of the way from the VM.</param>
/// <param name="Credit">What the NIC may send.</param>
public sealed record VfPlan(string Name, OdpPort Port, FrameLink FromVm, VfCredit Credit, IActorRef Nic, FrameInlet ToNic, VfSlot Slot);
