using Akka.Actor;

namespace Fabric.Actors;

/// <summary>A daemon's control socket.</summary>
/// <param name="Program">Name of the daemon, such as <c>ovs-vswitchd</c>.</param>
/// <param name="Commands">Takes <see cref="RunUnixctl"/>.</param>
public sealed record UnixctlSettings(string RunDirectory, string Program, IActorRef Commands)
{
    /// <summary>Where <c>--unixctl</c> wants the socket; null is the usual place.</summary>
    public string? Socket { get; init; }

    /// <summary>Null writes none.</summary>
    public string? PidFile { get; init; } = Path.Combine(RunDirectory, Program + ".pid");

    public string SocketPath => Socket ?? Path.Combine(RunDirectory, $"{Program}.{Environment.ProcessId}.ctl");
}
