using System.Net.Sockets;

namespace Fabric.Actors;

/// <summary>The connection that a <see cref="Dialogue"/> reads for; called on its thread.</summary>
internal interface IDialogueOwner
{
    /// <param name="size">In the buffer; 0 when the peer has closed its side.</param>
    void Came(int size, SocketError error);

    /// <summary>The dialogue is over before anything came; the buffer is still to be filled.</summary>
    void FellSilent(byte[] buffer);
}
