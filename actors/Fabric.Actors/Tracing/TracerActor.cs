using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// Opens the node's <see cref="Tracer"/> to the cluster. A restart means: running traces go on, the record is not the actor's.
/// </summary>
public sealed class TracerActor : ReceiveActor
{
    public TracerActor(Tracer tracer)
    {
        Receive<TraceBegin>(begin => Sender.Tell(
            tracer.TryBegin(begin.TraceId)
                ? new TraceBegun(begin.TraceId)
                : new RequestRefused(RequestFailure.Unavailable, $"{Tracer.MaxTraces} traces are running already")));
        Receive<TraceCollect>(collect => Sender.Tell(new TraceSteps(collect.TraceId, tracer.Collect(collect.TraceId, collect.End))));
    }

    public static Props Props(Tracer tracer) => Akka.Actor.Props.Create(() => new TracerActor(tracer));
}
