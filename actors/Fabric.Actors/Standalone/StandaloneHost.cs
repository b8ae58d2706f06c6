using Akka.Actor;
using Akka.Actor.Setup;

namespace Fabric.Actors;

/// <summary>An ovs-vswitchd of its own in an actor system of its own.</summary>
public sealed class StandaloneHost : IAsyncDisposable
{
    private readonly ActorSystem _system;

    private StandaloneHost(ActorSystem system) => _system = system;

    /// <summary>Starts it; returns when its control socket is there and the switch is as its database says.</summary>
    /// <exception cref="IOException">The database's name cannot be understood.</exception>
    public static async Task<StandaloneHost> StartAsync(
        StandaloneOptions options, ActorSystemSetup setup, Action exit, CancellationToken cancel)
    {
        if (!OvsdbRemote.TryParse(options.Database, options.RunDirectory, out var remote, out var error)) throw new IOException(error);
        var system = ActorSystem.Create("vswitchd", setup);
        var host = new StandaloneHost(system);
        try
        {
            var made = system.ActorOf(StandaloneActor.Props(options, remote, FabricClock.System, exit), "switch");
            var control = system.ActorOf(
                UnixctlActor.Props(new UnixctlSettings(options.RunDirectory, "ovs-vswitchd", made)
                {
                    Socket = options.ControlSocket, PidFile = null,
                }), "ctl");
            await control.Ask<ActorIdentity>(new Identify(null), cancel).ConfigureAwait(false);
            await made.Ask<StandaloneReady>(StandaloneReady.Instance, cancel).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await _system.Terminate().ConfigureAwait(false);
}
