using Akka.Actor;
using Fabric.Guest;

namespace Fabric.Actors;

/// <summary>To a VM on this node: receive and check this load. Answered by <see cref="SinkStarted"/>.</summary>
/// <param name="Source">The VM that sends it, to be told when frames have been taken; null when it cannot be.</param>
public sealed record StartSink(TrafficOptions Options, IActorRef? Source);
