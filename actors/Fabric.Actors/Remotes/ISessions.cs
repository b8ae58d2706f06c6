namespace Fabric.Actors;

/// <summary>The protocol's side of connections: what a <see cref="RemoteSet{TSession}"/> asks of whoever speaks on them.</summary>
internal interface ISessions<TSession> where TSession : class
{
    /// <summary>A peer was accepted or reached.</summary>
    TSession Connect(PeerConnection connection, RemoteState remote, long nowMs);

    /// <summary>Fills the buffer with what is to be sent next. Returns the size; 0 when there is nothing.</summary>
    int TakeOutput(TSession session, Span<byte> buffer, long nowMs);

    /// <summary>False while the peer's requests wait for room or for the peer to take its answers.</summary>
    bool WantsInput(TSession session);

    /// <summary>Why the session has ended by itself; null while it goes on.</summary>
    string? CloseReason(TSession session);

    /// <summary>The connection is gone.</summary>
    void Close(TSession session, string reason);
}
