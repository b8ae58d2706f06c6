using Akka.Actor;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>To the NIC: this actor takes the frames of that VF.</summary>
public sealed record AttachVf(OdpPort Port, IActorRef Vf);
