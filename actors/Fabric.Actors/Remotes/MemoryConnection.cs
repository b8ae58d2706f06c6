using Akka.Actor;

namespace Fabric.Actors;

/// <summary>One end of a connection within a process. What one end sends waits at the other until that asks for it, and a sender whose
/// bytes wait is told when they were taken, as with a socket whose buffer is full.</summary>
internal sealed class MemoryConnection : PeerConnection
{
    private const int BufferSize = 256 * 1024;

    private readonly Lock _gate;
    private readonly Queue<byte[]> _inbox = new();
    private MemoryConnection _other = null!;
    private byte[]? _waiting;
    private int _inboxSize;
    private int _taken;
    private bool _isOtherClosed;
    private bool _owesSent;

    private MemoryConnection(IActorRef owner, string name, Lock gate) : base(owner, name) => _gate = gate;

    public static (MemoryConnection Near, MemoryConnection Far) Pair(IActorRef near, IActorRef far, string name)
    {
        var gate = new Lock();
        var (one, two) = (new MemoryConnection(near, name, gate), new MemoryConnection(far, name, gate));
        (one._other, two._other) = (two, one);
        return (one, two);
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        lock (_gate)
        {
            if (_isOtherClosed) return;
            _other._inbox.Enqueue(bytes.ToArray());
            _other._inboxSize += bytes.Length;
            _other.Give();
            IsSending = _other._owesSent = _other._inboxSize > BufferSize;
        }
    }

    protected override void ReceiveInto(byte[] buffer)
    {
        lock (_gate)
        {
            _waiting = buffer;
            Give();
        }
    }

    protected override void Close()
    {
        lock (_gate)
        {
            _inbox.Clear();
            _other._isOtherClosed = true;
            _other.Give();
        }
    }

    private void Give()
    {
        if (_waiting is not { } buffer) return;
        var size = 0;
        while (size < buffer.Length && _inbox.TryPeek(out var next))
        {
            var part = Math.Min(buffer.Length - size, next.Length - _taken);
            next.AsSpan(_taken, part).CopyTo(buffer.AsSpan(size));
            (size, _taken) = (size + part, _taken + part);
            if (_taken < next.Length) break;
            _inbox.Dequeue();
            _taken = 0;
        }

        if (size == 0 && !_isOtherClosed) return;
        _waiting = null;
        _inboxSize -= size;
        TellReceived(size);
        if (!_owesSent || _inboxSize > 0) return;
        _owesSent = false;
        _other.TellSent();
    }
}
