using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>One attempt to reach an active remote. It ends with a message to the owner, who decides about the next.</summary>
internal static class RemoteDialer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Dial(RemoteState state, IActorRef owner, Func<TlsFiles?> tls) => _ = DialAsync(state, owner, tls);

    private static async Task DialAsync(RemoteState state, IActorRef owner, Func<TlsFiles?> tls)
    {
        using var patience = new CancellationTokenSource(Patience);
        Socket? socket = null;
        try
        {
            // Without its files nobody is called.
            var options = state.Remote.IsTls ? (tls() ?? throw TlsFilesException.NotNamed()).ForClient(state.Remote.Host) : null;
            socket = await ConnectAsync(state.Remote, patience.Token).ConfigureAwait(false);
            PeerConnection connection = options is not null
                ? await SecureAsync(state.Remote, owner, socket, options, patience.Token).ConfigureAwait(false)
                : new SocketConnection(owner, state.Remote.Text, socket);
            owner.Tell(new PeerConnected(state, connection), ActorRefs.NoSender);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or AuthenticationException
            or CryptographicException or ArgumentException or UnauthorizedAccessException)
        {
            socket?.Dispose();
            owner.Tell(new PeerFailed(state, ErrorWords.Of(e), ErrorWords.DetailOf(e)), ActorRefs.NoSender);
        }
    }

    private static async Task<Socket> ConnectAsync(Remote remote, CancellationToken patience)
    {
        if (remote.IsUnix)
        {
            using var path = new UnixSocketPath(remote.Path);
            var local = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await local.ConnectAsync(path.EndPoint, patience).ConfigureAwait(false);
            return local;
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(remote.EndPoint, patience).ConfigureAwait(false);
        return socket;
    }

    private static async Task<PeerConnection> SecureAsync(
        Remote remote, IActorRef owner, Socket socket, SslClientAuthenticationOptions options, CancellationToken patience)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(options, patience).ConfigureAwait(false);
        return new TlsConnection(owner, remote.Text, stream);
    }
}
