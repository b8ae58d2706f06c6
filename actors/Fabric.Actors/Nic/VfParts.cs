using Akka.Actor;

namespace Fabric.Actors;

/// <summary>A VF, who has it, and the way of its VM's frames into it.</summary>
public sealed record VfParts(string Name, IActorRef Actor, VfSlot Slot, FrameInlet ToVf);
