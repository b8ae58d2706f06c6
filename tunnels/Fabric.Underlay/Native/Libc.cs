using System.Runtime.InteropServices;

namespace Fabric.Underlay.Native;

/// <summary>System calls that .NET's sockets do not offer: many datagrams a call, segmentation, control messages.</summary>
internal static unsafe class Libc
{
    private const string Library = "libc";

    [DllImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static extern int Socket(int family, int type, int protocol);

    [DllImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static extern int Bind(int fd, SocketAddress* address, uint size);

    [DllImport(Library, EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int fd);

    [DllImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static extern int SetSocketOption(int fd, int level, int name, void* value, uint size);

    [DllImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static extern int GetSocketOption(int fd, int level, int name, void* value, uint* size);

    [DllImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static extern int SendMany(int fd, MessageHeader* messages, uint count, int flags);

    [DllImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static extern int ReceiveMany(int fd, MessageHeader* messages, uint count, int flags, void* timeout);

    [DllImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static extern int EpollCreate(int flags);

    [DllImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static extern int EpollControl(int epoll, int operation, int fd, void* epollEvent);

    [DllImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static extern int EpollWait(int epoll, void* events, int maxEvents, int timeoutMs);

    [DllImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static extern int EventFd(uint initial, int flags);

    [DllImport(Library, EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int fd, void* buffer, nuint size);

    public static bool TrySet(int fd, int level, int name, int value) => SetSocketOption(fd, level, name, &value, sizeof(int)) == 0;
}
