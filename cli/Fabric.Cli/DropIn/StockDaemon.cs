using Fabric.Actors;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.DropIn;

/// <summary>What the drop-ins do alike because the stock programs do: OVS's <c>lib/daemon-unix.c</c> and the options it brings.</summary>
internal sealed class StockDaemon(string name, Terminal terminal)
{
    public StockFolders Folders { get; } = new(terminal.Environment);

    public int Fail(string error)
    {
        terminal.Error.WriteLine($"{name}: {error}");
        terminal.Error.Flush();
        return 1;
    }

    /// <summary>Prints what <c>--help</c> or <c>--version</c> asks for; false when neither does.</summary>
    public async Task<bool> IsToldAsync(StockCommandLine line, string help, string version, CancellationToken stop)
    {
        if (!line.Has("help") && !line.Has("version")) return false;
        await terminal.Out.WriteAsync(line.Has("help") ? help : version);
        await terminal.Out.FlushAsync(stop);
        return true;
    }

    public string? LogFile(StockCommandLine line) =>
        line.Has("log-file") ? StockFolders.FileOf(line.Value("log-file"), Folders.Log, name + ".log") : null;

    public string? ControlSocket(StockCommandLine line) =>
        line.Value("unixctl") is { } socket ? Path.GetFullPath(socket, Path.GetFullPath(Folders.Run)) : null;

    /// <inheritdoc cref="PidFile.Write"/>
    public LockedPidFile? WritePidFile(StockCommandLine line) => line.Has("pidfile")
        ? PidFile.Write(StockFolders.FileOf(line.Value("pidfile"), Folders.Run, name + ".pid"), line.Has("overwrite-pidfile"))
        : null;

    /// <summary>Returns at a signal, or at the command <c>exit</c>.</summary>
    public static async Task UntilAsync(CancellationToken exit)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, exit);
        }
        catch (OperationCanceledException)
        {
            // That is what was waited for.
        }
    }
}
