using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>What commands ask of an ovs-vswitchd of its own; it has no controllers yet.</summary>
internal sealed class StandaloneSwitchHost(Action exit) : ISwitchHost
{
    public DaemonLog? Log { get; set; }

    public void Exit(bool cleanup) => exit();

    public void Reconnect(string? bridge)
    {
    }

    public string? ReopenLog() => Log is { } log ? log.Reopen() : "Logging to file not configured";

    public void CloseLog() => Log?.Close();
}
