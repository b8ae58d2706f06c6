using Fabric.Agent;

namespace Fabric.Cli.DropIn;

/// <summary>What the control socket asks of a daemon's process.</summary>
internal sealed class DaemonProcess(StockLog log, Action exit) : ISwitchHost
{
    public void Exit(bool cleanup) => exit();

    public void Reconnect(string? bridge)
    {
        // A database server has no bridges.
    }

    public string? ReopenLog() => log.Reopen();

    public void CloseLog() => log.Close();
}
