using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>What commands ask of an ovs-vswitchd of its own.</summary>
internal sealed class StandaloneSwitchHost(Action exit, Action<string?> reconnect) : ISwitchHost
{
    public DaemonLog? Log { get; set; }

    public void Exit(bool cleanup) => exit();

    public void Reconnect(string? bridge) => reconnect(bridge);

    public string? ReopenLog() => Log is { } log ? log.Reopen() : "Logging to file not configured";

    public void CloseLog() => Log?.Close();

    public IReadOnlyList<string>? ReadLines(string path, out string? error)
    {
        error = null;
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            error = "No such file or directory";
        }
        catch (UnauthorizedAccessException)
        {
            error = "Permission denied";
        }
        catch (IOException)
        {
            error = "Input/output error";
        }

        return null;
    }
}
