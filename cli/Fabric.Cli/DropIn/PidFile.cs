using System.Globalization;
using Fabric.Actors;

namespace Fabric.Cli.DropIn;

/// <summary>A daemon's pid file, which keeps a second daemon away while the first runs.</summary>
internal static class PidFile
{
    /// <exception cref="IOException">It names a process that runs, or cannot be written.</exception>
    public static LockedPidFile Write(string path, bool overwrites)
    {
        if (!overwrites && File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var other)
            && other != Environment.ProcessId && Directory.Exists($"/proc/{other}"))
            throw new IOException($"{path}: already running as pid {other}, aborting");
        return LockedPidFile.Write(path);
    }
}
