using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// Turns accepted sockets into connections. A peer has a few seconds for its handshake, and at most so many are at it: the next ones are
/// closed, since a peer that wants in comes again.
/// </summary>
internal sealed class TlsHandshake
{
    private const int MaxUnderWay = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RemoteState _state;
    private readonly IActorRef _owner;
    private readonly Func<TlsFiles?> _files;
    private int _underWay;

    /// <param name="files">In force at the moment; each handshake reads them anew, since files and names change while peers stay.</param>
    public TlsHandshake(RemoteState state, IActorRef owner, Func<TlsFiles?> files) =>
        (_state, _owner, _files) = (state, owner, files);

    public void Begin(Socket socket, string name)
    {
        if (Interlocked.Increment(ref _underWay) > MaxUnderWay)
        {
            Interlocked.Decrement(ref _underWay);
            socket.Dispose();
            return;
        }

        _ = RunAsync(socket, name);
    }

    private async Task RunAsync(Socket socket, string name)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            socket.NoDelay = true;
            using var patience = new CancellationTokenSource(Patience);
            var options = (_files() ?? throw TlsFilesException.NotNamed()).ForServer();
            await stream.AuthenticateAsServerAsync(options, patience.Token).ConfigureAwait(false);
            _owner.Tell(new PeerConnected(_state, new TlsConnection(_owner, name, stream)), ActorRefs.NoSender);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or SocketException
            or ObjectDisposedException or CryptographicException or UnauthorizedAccessException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            _owner.Tell(new PeerRefused(_state, name, $"{ErrorWords.Of(e)}: {ErrorWords.DetailOf(e)}"), ActorRefs.NoSender);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
