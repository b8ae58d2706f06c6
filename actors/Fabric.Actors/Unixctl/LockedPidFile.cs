using System.Globalization;

namespace Fabric.Actors;

/// <summary>
/// A daemon's pid file as Open vSwitch's clients want it: there whole from the start, and locked by the process it names, for they take one
/// without a lock for what a dead process left (OVS <c>read_pidfile</c>).
/// </summary>
public sealed class LockedPidFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;

    private LockedPidFile(string path, FileStream file) => (_path, _file) = (path, file);

    /// <exception cref="IOException">It cannot be written.</exception>
    public static LockedPidFile Write(string path)
    {
        var partial = $"{path}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.tmp";
        // Sharing everything, so that the only lock is the record lock that clients look at.
        var file = new FileStream(
            partial, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        try
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            if (OperatingSystem.IsLinux()) file.Lock(0, long.MaxValue);
            File.Move(partial, path, overwrite: true);
            return new LockedPidFile(path, file);
        }
        catch
        {
            file.Dispose();
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Removes it, unless another process has put its own in its place.</summary>
    public void Dispose()
    {
        try
        {
            if (File.ReadAllText(_path).Trim() == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) File.Delete(_path);
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _file.Dispose();
    }
}
