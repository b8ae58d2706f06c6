using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Fabric.Actors;

/// <summary>
/// The address of a unix socket whose path may be longer than the 107 bytes that an address holds: such a one is reached by way of its
/// folder, opened (as lib/socket-util.c does).
/// </summary>
internal sealed partial class UnixSocketPath : IDisposable
{
    /// <summary>What <c>sockaddr_un</c> holds, without the closing zero.</summary>
    public const int MaxSize = 107;

    private const int PathOnly = 0x200000;
    private const int Directory = 0x10000;
    private const int CloseOnExec = 0x80000;

    private readonly int _folder = -1;

    public UnixSocketPath(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) > MaxSize)
        {
            _folder = Open(Path.GetDirectoryName(path)!, PathOnly | Directory | CloseOnExec);
            if (_folder < 0) throw new IOException($"{path}: the folder cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
            path = $"/proc/self/fd/{_folder}/{Path.GetFileName(path)}";
        }

        EndPoint = new UnixDomainSocketEndPoint(path);
    }

    public UnixDomainSocketEndPoint EndPoint { get; }

    public void Dispose()
    {
        if (_folder >= 0) _ = CloseFd(_folder);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFd(int fd);
}
