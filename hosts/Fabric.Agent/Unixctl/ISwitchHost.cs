namespace Fabric.Agent;

/// <summary>What commands ask of the process around the agent. Each call returns at once; the effect may follow the reply.</summary>
public interface ISwitchHost
{
    /// <summary>The daemon ends, after its answer is sent.</summary>
    void Exit(bool cleanup);

    /// <summary>Drops and takes up again the controller connections of a bridge, or of all.</summary>
    void Reconnect(string? bridge);

    /// <summary>Opens the log file anew, for one that was moved away. An error's text, or null.</summary>
    string? ReopenLog();

    /// <summary>Closes the log file; nothing is written to it until it is opened anew.</summary>
    void CloseLog();

    /// <summary>The lines of a file that a command names; null with errno's words where there is none, or files are not read.</summary>
    IReadOnlyList<string>? ReadLines(string path, out string? error)
    {
        error = "Operation not supported";
        return null;
    }
}
