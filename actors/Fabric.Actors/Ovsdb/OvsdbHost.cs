using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Pattern;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>A database server alone: an <see cref="OvsdbActor"/> in an actor system of its own, restarted when it fails.</summary>
public sealed class OvsdbHost : IAsyncDisposable
{
    /// <summary>What the actor system has to be told, if nothing else is.</summary>
    public const string Configuration =
        """
        akka {
          loglevel = INFO
          stdout-loglevel = OFF
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown { run-by-clr-shutdown-hook = off, exit-clr = off }
        }
        """;

    /// <summary>Between a failure and the next life, doubling.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ActorSystem _system;

    private OvsdbHost(ActorSystem system, IActorRef server) => (_system, Server) = (system, server);

    /// <summary>Takes <see cref="OvsdbCommand"/> and the messages of a database.</summary>
    public IActorRef Server { get; }

    /// <summary>Starts it and waits until it serves.</summary>
    /// <exception cref="IOException">A database cannot be opened.</exception>
    public static async Task<OvsdbHost> StartAsync(OvsdbSettings settings, ActorSystemSetup setup)
    {
        SavesThreadHops();
        var system = ActorSystem.Create("ovsdb", setup);
        var again = BackoffSupervisor.Props(Backoff.OnFailure(
            OvsdbActor.Props(settings, FabricClock.System), "ovsdb", FirstPause, LongestPause, randomFactor: 0, maxNrOfRetries: -1));
        var host = new OvsdbHost(system, system.ActorOf(again, "server"));
        var opened = await host.Server.Ask<DatabasesOpened>(OpenDatabases.Instance).ConfigureAwait(false);
        if (opened.Error is null) return host;
        await host.DisposeAsync().ConfigureAwait(false);
        throw new IOException(opened.Error);
    }

    /// <summary>Opens the control socket; returns when it is there.</summary>
    /// <param name="socket">Null: the usual name in the run directory.</param>
    public async Task OpenControlAsync(string runDirectory, string? socket, ISwitchHost process, VlogSettings levels)
    {
        var commands = _system.ActorOf(OvsdbCommandsActor.Props(Server, FabricClock.System, process, levels), "commands");
        var control = _system.ActorOf(
            UnixctlActor.Props(new UnixctlSettings(runDirectory, "ovsdb-server", commands) { Socket = socket, PidFile = null }), "ctl");
        await control.Ask<ActorIdentity>(new Identify(null)).ConfigureAwait(false);
    }

    /// <summary>
    /// What comes from a socket is only put into a mailbox, so the thread that hears of it may do that itself: with 50 sessions to update,
    /// a third more updates a second. Read by the runtime when it uses its first socket; not for a process with other work on sockets.
    /// </summary>
    private static void SavesThreadHops()
    {
        const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (Environment.GetEnvironmentVariable(Inline) is null) Environment.SetEnvironmentVariable(Inline, "1");
    }

    /// <summary>Stops it in order: sockets are removed, files closed.</summary>
    public async ValueTask DisposeAsync() => await _system.Terminate().ConfigureAwait(false);
}
