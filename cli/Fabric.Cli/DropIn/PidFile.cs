using System.Globalization;

namespace Fabric.Cli.DropIn;

/// <summary>A daemon's pid file: there while it runs, whole at any moment.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;

    private PidFile(string path) => _path = path;

    /// <exception cref="IOException">It names a process that runs, or cannot be written.</exception>
    public static PidFile Write(string path, bool overwrites)
    {
        if (!overwrites && File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var other)
            && other != Environment.ProcessId && Directory.Exists($"/proc/{other}"))
            throw new IOException($"{path}: already running as pid {other}, aborting");
        File.WriteAllText(path + ".tmp", Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        File.Move(path + ".tmp", path, overwrite: true);
        return new PidFile(path);
    }

    public void Dispose() => File.Delete(_path);
}
