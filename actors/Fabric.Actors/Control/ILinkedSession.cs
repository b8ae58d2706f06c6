namespace Fabric.Actors;

/// <summary>What a <see cref="PeerLink"/> carries: a session that knows bytes and time, and no sockets.</summary>
internal interface ILinkedSession
{
    void Connected(long nowMs);

    void Receive(ReadOnlySpan<byte> bytes, long nowMs);

    /// <summary>Fills <paramref name="output"/> with what is to be sent; returns its size, 0 for nothing.</summary>
    int TakeOutput(Span<byte> output);

    void Disconnected(string reason);
}
