namespace Fabric.Actors;

/// <summary>
/// The lock of a database file, the one that ovsdb-server and ovsdb-tool take (lib/lockfile.c): a POSIX record lock on
/// <c>.NAME.~lock~</c> beside it. The kernel drops it with the process, however that ends. Such locks are a process's, not a holder's, so
/// the files that this process holds are known here.
/// </summary>
internal sealed class LogLock : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Held = new(StringComparer.Ordinal);

    private readonly string _path;
    private readonly FileStream _file;

    private LogLock(string path, FileStream file) => (_path, _file) = (path, file);

    /// <returns>Null when another holds it.</returns>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    public static LogLock? TryTake(string databaseFile)
    {
        var real = File.ResolveLinkTarget(databaseFile, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(databaseFile);
        var path = Path.Combine(Path.GetDirectoryName(real)!, $".{Path.GetFileName(real)}.~lock~");
        lock (Gate)
        {
            // Opening and closing the file again would drop the lock that this process has.
            if (!Held.Add(path)) return null;
            FileStream? file = null;
            try
            {
                file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                file.Lock(0, 0);
                return new LogLock(path, file);
            }
            catch (IOException) when (file is not null)
            {
                file.Dispose();
                Held.Remove(path);
                return null;
            }
            catch
            {
                Held.Remove(path);
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (Held.Remove(_path)) _file.Dispose();
        }
    }
}
