using Akka.Actor;
using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>
/// What commands ask of an emulated server. <c>exit</c> ends the agent, which the server starts again, as an init system does.
/// </summary>
internal sealed class ServerSwitchHost(IActorRef agent) : ISwitchHost
{
    /// <summary>Set once the log is there; the host comes before it.</summary>
    public DaemonLog? Log { get; set; }

    public void Exit(bool cleanup) => agent.Tell(Kill.Instance);

    public void Reconnect(string? bridge) => agent.Tell(new ReconnectControllers(bridge));

    public string? ReopenLog() => Log is { } log ? log.Reopen() : "Logging to file not configured";

    public void CloseLog() => Log?.Close();
}
