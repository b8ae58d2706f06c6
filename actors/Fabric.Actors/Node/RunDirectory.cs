using System.Security.Cryptography;
using System.Text;

namespace Fabric.Actors;

/// <summary>
/// Where a server's sockets and pid files lie: <c>run/SERVER</c> in the data folder, what <c>OVS_RUNDIR</c> is for its tools. Where the
/// path is too long for the address of a unix socket, a short folder of the user takes its place and a link leads there.
/// </summary>
public static class RunDirectory
{
    /// <summary>
    /// Room for the name of a socket in it: <c>BRIDGE.snoop</c> of a 15-byte bridge name, <c>ovsdb-server.PID.ctl</c>, and a slash.
    /// </summary>
    private const int NameSize = 32;

    /// <summary>Makes the directory, if need be, and returns its path: of several processes each gets the same.</summary>
    /// <param name="told">What to tell the operator when it is not where it should be; else null.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static string Make(string dataFolder, string server, out string? told)
    {
        told = null;
        var path = Of(dataFolder, server);
        if (Encoding.UTF8.GetByteCount(path) + NameSize <= UnixSocketPath.MaxSize)
        {
            Directory.CreateDirectory(path);
            return path;
        }

        var shortPath = Find(dataFolder, server) is { } known && known != path ? known : Short(path);
        Directory.CreateDirectory(shortPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!Path.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                Directory.CreateSymbolicLink(path, shortPath);
            }
            catch (IOException) when (Path.Exists(path))
            {
                // Another process was faster.
            }
        }

        told = $"{path} is too long for the address of a unix socket: {server}'s sockets are in {shortPath}";
        return shortPath;
    }

    /// <summary>The directory to use for an existing server: the path itself or what its link leads to; null when there is none.</summary>
    public static string? Find(string dataFolder, string server)
    {
        var path = new DirectoryInfo(Of(dataFolder, server));
        return path.LinkTarget ?? (path.Exists ? path.FullName : null);
    }

    private static string Of(string dataFolder, string server) => Path.Combine(Path.GetFullPath(dataFolder), "run", server);

    private static string Short(string path) => Path.Combine(
        Path.GetTempPath(), "fabric-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16]);
}
