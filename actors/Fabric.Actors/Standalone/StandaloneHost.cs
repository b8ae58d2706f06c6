using Akka.Actor;
using Akka.Actor.Setup;

namespace Fabric.Actors;

/// <summary>An ovs-vswitchd of its own in an actor system of its own.</summary>
public sealed class StandaloneHost : IAsyncDisposable
{
    private readonly ActorSystem _system;

    private readonly IActorRef _switch;

    private StandaloneHost(ActorSystem system, IActorRef made) => (_system, _switch) = (system, made);

    /// <summary>Starts it; returns when its control socket is there.</summary>
    /// <exception cref="IOException">The database's name cannot be understood.</exception>
    public static async Task<StandaloneHost> StartAsync(StandaloneOptions options, ActorSystemSetup setup, Action exit)
    {
        if (!Remote.TryParse(options.Database, options.RunDirectory, Remote.OvsdbPort, out var remote, out var error))
            throw new IOException(error);
        var system = ActorSystem.Create("vswitchd", setup);
        var made = system.ActorOf(
            StandaloneActor.Props(options, remote, FabricClock.System, exit).WithDispatcher(DirectTurns.In(system)), "switch");
        var settings = new UnixctlSettings(options.RunDirectory, "ovs-vswitchd", made) { Socket = options.ControlSocket, PidFile = null };
        await system.ActorOf(UnixctlActor.Props(settings), "ctl").Ask<ActorIdentity>(new Identify(null)).ConfigureAwait(false);
        return new StandaloneHost(system, made);
    }

    /// <summary>Completes when the switch is as its database says, or has found that another one holds the database's lock.</summary>
    public Task UntilReadyAsync(CancellationToken cancel) => _switch.Ask<StandaloneReady>(StandaloneReady.Instance, cancel);

    public async ValueTask DisposeAsync() => await _system.Terminate().ConfigureAwait(false);
}
