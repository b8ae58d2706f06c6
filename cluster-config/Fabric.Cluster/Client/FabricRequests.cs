using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Cluster;

/// <summary>
/// Asks servers, the controller and the tracers, and turns refusals and silence into <see cref="FabricRequestException"/>.
/// </summary>
internal sealed class FabricRequests(ActorSystem system, IActorRef region, IActorRef controller)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task<T> AskServer<T>(string server, IServerMessage message, CancellationToken cancel, TimeSpan? patience = null) =>
        Ask<T>(region, new ServerEnvelope(server, message), $"server {server}", cancel, patience);

    public Task<T> AskController<T>(object message, CancellationToken cancel, TimeSpan? patience = null) =>
        Ask<T>(controller, message, "the controller", cancel, patience);

    /// <summary>Asks the tracer of every node that is up.</summary>
    public async Task<IReadOnlyList<T>> AskTracers<T>(object message, CancellationToken cancel)
    {
        var up = Akka.Cluster.Cluster.Get(system).State.Members.Where(m => m.Status == Akka.Cluster.MemberStatus.Up);
        return await Task.WhenAll(up.Select(member =>
            Ask<T>(system.ActorSelection(new RootActorPath(member.Address) / "user" / "tracer"), message, $"node {member.Address}",
                cancel)));
    }

    private static async Task<T> Ask<T>(ICanTell target, object message, string who, CancellationToken cancel, TimeSpan? patience = null)
    {
        try
        {
            return await target.Ask<object>(message, patience ?? Patience, cancel) switch
            {
                RequestRefused refused => throw new FabricRequestException(refused.Failure, refused.Reason),
                T reply => reply,
                var other => throw new FabricRequestException(RequestFailure.Unavailable, $"{who} answered with {other.GetType().Name}"),
            };
        }
        catch (AskTimeoutException)
        {
            throw new FabricRequestException(RequestFailure.Unavailable,
                $"{who} did not answer within {(patience ?? Patience).TotalSeconds:0} s");
        }
    }
}
