using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fabric.Actors;

/// <summary>
/// Tells when sockets can be read, once for each time it is asked (epoll(7), <c>EPOLLONESHOT</c>). Sockets that .NET itself watches wake
/// its thread for each write of their peers, also while a <see cref="Dialogue"/> reads them; those watched here wake nobody then.
/// </summary>
internal sealed partial class SocketWatch
{
    private const int Add = 1;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;
    private const uint In = 0x001;
    private const uint PeerClosed = 0x2000;
    private const uint Once = 1u << 30;
    private const int MaxEvents = 64;

    /// <summary>Of <c>struct epoll_event</c>, which is packed on x86-64 alone.</summary>
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private static readonly Lazy<SocketWatch> OfProcess = new(() => new SocketWatch());

    private readonly int _epoll;
    private readonly ConcurrentDictionary<long, Action> _readers = [];
    private long _lastId;

    private SocketWatch()
    {
        _epoll = Create(CloseOnExec);
        if (_epoll < 0) throw new IOException($"sockets cannot be watched: {Marshal.GetLastPInvokeErrorMessage()}");
        new Thread(Run) { IsBackground = true, Name = "fabric-watch" }.Start();
    }

    public static SocketWatch Shared => OfProcess.Value;

    /// <param name="canRead">Called on the watch's thread after each <see cref="Ask"/>.</param>
    /// <returns>What the other calls know it by.</returns>
    public long Begin(Action canRead)
    {
        var id = Interlocked.Increment(ref _lastId);
        _readers[id] = canRead;
        return id;
    }

    /// <summary>Has it told once.</summary>
    /// <exception cref="SocketException">There are too many to be watched.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Ask(Socket socket, long id, bool isFirst) => Control(socket, isFirst ? Add : Modify, In | PeerClosed | Once, id);

    /// <summary>Before or after the socket is closed, which the kernel forgets by itself.</summary>
    public void End(long id) => _readers.TryRemove(id, out _);

    private void Control(Socket socket, int operation, uint events, long id)
    {
        Span<byte> change = stackalloc byte[EventSize];
        BinaryPrimitives.WriteUInt32LittleEndian(change, events);
        BinaryPrimitives.WriteInt64LittleEndian(change[DataOffset..], id);
        var handle = socket.SafeHandle;
        var isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
            if (Control(_epoll, operation, (int)handle.DangerousGetHandle(), ref change[0]) < 0)
                throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
        }
        finally
        {
            if (isHeld) handle.DangerousRelease();
        }
    }

    private void Run()
    {
        var events = new byte[MaxEvents * EventSize];
        while (true)
        {
            var count = Wait(_epoll, ref events[0], MaxEvents, -1);
            for (var i = 0; i < count; i++)
            {
                var id = BinaryPrimitives.ReadInt64LittleEndian(events.AsSpan(i * EventSize + DataOffset));
                if (_readers.TryGetValue(id, out var canRead)) canRead();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int fd, ref byte change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, ref byte events, int maxEvents, int timeoutMs);
}
