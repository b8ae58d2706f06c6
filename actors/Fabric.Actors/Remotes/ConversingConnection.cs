using System.Net.Sockets;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// A plain stream socket whose peer, when it asks and waits and asks again, gets a thread of its own: worth it where the owner has
/// <see cref="DirectTurns"/>. While it does not, the socket is watched for it.
/// </summary>
internal sealed class ConversingConnection : SocketConnection, IDialogueOwner
{
    private readonly long _watched;
    private AskingRhythm _rhythm;
    private Dialogue? _dialogue;
    private byte[]? _asked;
    private bool _isWatched;

    public ConversingConnection(IActorRef owner, string name, Socket socket) : base(owner, name, socket) =>
        _watched = SocketWatch.Shared.Begin(OnReadable);

    void IDialogueOwner.Came(int size, SocketError error)
    {
        if (error == SocketError.Success) TellReceived(size);
        else TellClosed(ErrorWords.Of(error));
    }

    void IDialogueOwner.FellSilent(byte[] buffer) => ReadOrAsk(buffer);

    protected override void ReceiveInto(byte[] buffer)
    {
        if (_dialogue?.TryWant(buffer) == true) return;
        _dialogue = _rhythm.Beat() ? Dialogue.TryBegin(this, Socket, buffer) : null;
        if (_dialogue is null) ReadOrAsk(buffer);
    }

    protected override void Close()
    {
        SocketWatch.Shared.End(_watched);
        base.Close();
    }

    private void ReadOrAsk(byte[] buffer)
    {
        try
        {
            var size = Socket.Receive(buffer, 0, buffer.Length, SocketFlags.None, out var error);
            if (error != SocketError.WouldBlock)
            {
                ((IDialogueOwner)this).Came(size, error);
                return;
            }

            var isFirst = !_isWatched;
            _isWatched = true;
            Volatile.Write(ref _asked, buffer);
            SocketWatch.Shared.Ask(Socket, _watched, isFirst);
        }
        catch (ObjectDisposedException)
        {
            // Closed by its owner, who expects nothing more.
        }
        catch (SocketException failure)
        {
            TellClosed(ErrorWords.Of(failure.SocketErrorCode));
        }
    }

    /// <summary>On the watch's thread.</summary>
    private void OnReadable()
    {
        if (Interlocked.Exchange(ref _asked, null) is { } buffer) ReadOrAsk(buffer);
    }
}
