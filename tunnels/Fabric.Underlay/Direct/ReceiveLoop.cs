using System.Runtime.InteropServices;
using Fabric.Underlay.Native;
using Fabric.Wire;

namespace Fabric.Underlay.Direct;

/// <summary>
/// The one thread that receives for all VTEPs of a process. It sleeps in epoll, reads up to 32 buffers a call, and hands on what it read
/// after each call, so a batch never waits for more. A busy socket yields to the others after eight calls.
/// </summary>
internal sealed unsafe class ReceiveLoop : IDisposable
{
    private const int MaxEvents = 64;
    private const int CallsPerTurn = 8;
    private const uint WakeSlot = uint.MaxValue;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int EventDataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = EventDataOffset + 8;

    private readonly Lock _lock = new();
    private readonly List<ReceiveSocket?> _slots = [];
    private readonly DatagramReceiver _receiver;
    private readonly Thread _thread;
    private readonly int _epoll;
    private readonly int _wake;
    private volatile bool _isStopping;

    public ReceiveLoop(DatagramReceiver receiver)
    {
        _receiver = receiver;
        _epoll = Libc.EpollCreate(Linux.CloseOnExec);
        _wake = Libc.EventFd(0, Linux.EventFdFlags);
        Invariant.Check(_epoll >= 0 && _wake >= 0, "the kernel has room for two more descriptors");
        Watch(_wake, WakeSlot);
        _thread = new Thread(Run) { IsBackground = true, Name = "fabric-underlay" };
        _thread.Start();
    }

    public void Add(ReceiveSocket socket)
    {
        lock (_lock)
        {
            var slot = _slots.IndexOf(null);
            if (slot < 0)
            {
                slot = _slots.Count;
                _slots.Add(null);
            }

            _slots[slot] = socket;
            Watch(socket.Socket.Fd, (uint)slot);
        }
    }

    /// <summary>Closes the socket; when it returns nothing of it is delivered any more.</summary>
    public void Remove(ReceiveSocket socket)
    {
        lock (_lock)
        {
            _slots[_slots.IndexOf(socket)] = null;
            socket.IsOpen = false;
            Libc.EpollControl(_epoll, Linux.EpollDelete, socket.Socket.Fd, null);
            socket.Socket.Close();
        }
    }

    public void Dispose()
    {
        _isStopping = true;
        ulong one = 1;
        Libc.Write(_wake, &one, sizeof(ulong));
        if (Thread.CurrentThread != _thread) _thread.Join();
        Libc.Close(_epoll);
        Libc.Close(_wake);
    }

    private void Watch(int fd, uint slot)
    {
        var watched = stackalloc byte[EventSize];
        *(uint*)watched = Linux.EpollIn;
        *(ulong*)(watched + EventDataOffset) = slot;
        Invariant.Check(Libc.EpollControl(_epoll, Linux.EpollAdd, fd, watched) == 0, "an open descriptor can be watched");
    }

    private void Run()
    {
        var events = stackalloc byte[MaxEvents * EventSize];
        while (!_isStopping)
        {
            var count = Libc.EpollWait(_epoll, events, MaxEvents, -1);
            for (var i = 0; i < count && !_isStopping; i++)
            {
                var slot = (uint)*(ulong*)(events + i * EventSize + EventDataOffset);
                if (slot == WakeSlot) continue;
                lock (_lock)
                {
                    // A socket closed after epoll_wait returned has left its slot; a new one there is read a moment early.
                    if (slot < _slots.Count && _slots[(int)slot] is { } socket) Drain(socket);
                }
            }
        }
    }

    private void Drain(ReceiveSocket socket)
    {
        for (var call = 0; call < CallsPerTurn && socket.IsOpen; call++)
        {
            if (!_receiver.ReceiveOnce(socket)) return;
        }
    }
}
