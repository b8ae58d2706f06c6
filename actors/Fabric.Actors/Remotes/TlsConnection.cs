using System.Net.Security;
using Akka.Actor;

namespace Fabric.Actors;

/// <summary>A connection whose handshake is done. Every write is taken over and sent behind the owner's back.</summary>
internal sealed class TlsConnection(IActorRef owner, string name, SslStream stream) : PeerConnection(owner, name)
{
    public override void Send(ReadOnlySpan<byte> bytes)
    {
        IsSending = true;
        _ = SendAsync(bytes.ToArray());
    }

    protected override void ReceiveInto(byte[] buffer) => _ = ReceiveAsync(buffer);

    protected override void Close() => stream.Dispose();

    private async Task ReceiveAsync(byte[] buffer)
    {
        try
        {
            TellReceived(await stream.ReadAsync(buffer).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            TellClosed(ErrorWords.Of(e));
        }
    }

    private async Task SendAsync(byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes).ConfigureAwait(false);
            TellSent();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            TellClosed(ErrorWords.Of(e));
        }
    }
}
