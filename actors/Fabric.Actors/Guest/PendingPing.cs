using Akka.Actor;
using Fabric.Guest;

namespace Fabric.Actors;

/// <param name="MisdeliveredBefore">Foreign frames that the asking VM had seen when the run began.</param>
internal sealed record PendingPing(PingRun Run, IActorRef Asker, long MisdeliveredBefore);
