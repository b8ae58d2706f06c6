using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// One connection with a peer of a database or of a bridge. It tells its owner what happens and is otherwise moved by the owner alone: one
/// read is asked for at a time, so that a peer which sends faster than it is served waits in its own socket, and one write is under way at
/// a time, so that what a slow peer has not taken stays with its session, where it is counted.
/// </summary>
internal abstract class PeerConnection : IDisposable
{
    private const int FirstBufferSize = 4 * 1024;
    private const int MaxBufferSize = 256 * 1024;

    private readonly IActorRef _owner;
    private readonly PeerReceived _received;
    private readonly PeerSent _sent;
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(FirstBufferSize);
    private int _isClosed;

    protected PeerConnection(IActorRef owner, string name)
    {
        (_owner, Name) = (owner, name);
        _received = new PeerReceived(this);
        _sent = new PeerSent(this);
    }

    /// <summary>Of the peer, for the log.</summary>
    public string Name { get; }

    /// <summary>Bytes that came, from <see cref="PeerReceived"/> until the next <see cref="Receive"/>.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(0, ReceivedSize);

    /// <summary>True from a <see cref="Send"/> that could not finish until its <see cref="PeerSent"/> was taken.</summary>
    public bool IsSending { get; set; }

    /// <summary>True from a <see cref="PeerReceived"/> until the next bytes are asked for.</summary>
    public bool WantsReceive { get; set; }

    /// <summary>What its owner knows it by.</summary>
    public object? Session { get; set; }

    public RemoteState? Remote { get; set; }

    private int ReceivedSize { get; set; }

    /// <summary>Asks for the next bytes; to be called by the owner, once for each <see cref="PeerReceived"/> and at the start.</summary>
    public void Receive()
    {
        WantsReceive = false;
        // A peer that fills the buffer has more to say.
        if (ReceivedSize == _buffer.Length && _buffer.Length < MaxBufferSize)
            _buffer = GC.AllocateUninitializedArray<byte>(4 * _buffer.Length);
        ReceiveInto(_buffer);
    }

    /// <summary>Sends all of it, now as far as that goes and the rest behind the owner's back; not while <see cref="IsSending"/>.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0) Close();
    }

    protected abstract void ReceiveInto(byte[] buffer);

    protected abstract void Close();

    /// <param name="size">0 when the peer has closed its side.</param>
    protected void TellReceived(int size)
    {
        ReceivedSize = size;
        if (size > 0) _owner.Tell(_received, ActorRefs.NoSender);
        else TellClosed(ErrorWords.EndOfFile);
    }

    protected void TellSent() => _owner.Tell(_sent, ActorRefs.NoSender);

    protected void TellClosed(string reason)
    {
        if (Volatile.Read(ref _isClosed) == 0) _owner.Tell(new PeerClosed(this, reason), ActorRefs.NoSender);
    }
}
