using Fabric.Agent;

namespace Fabric.Actors;

/// <summary>The log of an emulated daemon, in OVS's format, in a file and on a console. It is written by its owner alone.</summary>
public sealed class DaemonLog : IDisposable
{
    private readonly VlogSettings _settings;
    private readonly FabricClock _clock;
    private readonly VlogLine _line;
    private readonly TextWriter? _console;
    private StreamWriter? _file;

    /// <param name="path">Null: no file.</param>
    /// <param name="console">Null: no console.</param>
    public DaemonLog(string program, int processId, string? path, VlogSettings settings, FabricClock clock, TextWriter? console = null)
    {
        (Path, _settings, _clock, _console) = (path, settings, clock, console);
        _line = new VlogLine(program, processId);
    }

    public string? Path { get; }

    public void Write(string module, VlogLevel level, string message)
    {
        var number = _line.Next();
        var utc = DateTime.UnixEpoch.AddMicroseconds(_clock.UnixUs);
        if (_file is not null && _settings.IsEnabled(module, VlogDestination.File, level))
            _file.WriteLine(_line.Format(_settings.Pattern(VlogDestination.File), number, utc, module, level, message));
        if (_console is not null && _settings.IsEnabled(module, VlogDestination.Console, level))
            _console.WriteLine(_line.Format(_settings.Pattern(VlogDestination.Console), number, utc, module, level, message));
    }

    /// <summary>Opens the file, or opens it anew. Returns why not, in OVS's words, or null.</summary>
    public string? Reopen()
    {
        if (Path is null) return "Logging to file not configured";
        var isFirst = _file is null;
        Close();
        try
        {
            _file = new StreamWriter(new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            {
                AutoFlush = true,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Write("vlog", VlogLevel.Warn, $"failed to open {Path} for logging: {e.Message}");
            return $"failed to open {Path}";
        }

        Write("vlog", VlogLevel.Info, isFirst ? $"opened log file {Path}" : $"reopened log file {Path}");
        return null;
    }

    public void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    public void Dispose() => Close();
}
