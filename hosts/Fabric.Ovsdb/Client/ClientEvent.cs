namespace Fabric.Ovsdb;

/// <summary>What an <see cref="OvsdbClient"/> has learnt, in the order of the connection.</summary>
public abstract record ClientEvent
{
    private ClientEvent()
    {
    }

    /// <summary>All rows anew: of a first connection, or when the server does not know what the client missed.</summary>
    public sealed record Snapshot(IReadOnlyList<Row> Rows) : ClientEvent;

    /// <summary>What a transaction, or the time without a connection, changed.</summary>
    public sealed record Changed(IReadOnlyList<RowChange> Changes) : ClientEvent;

    /// <summary>The outcome of a transaction; what it changed was told before.</summary>
    /// <param name="Error">Null if all operations succeeded and were committed.</param>
    /// <param name="Replies">The JSON array of RFC 7047, 4.1.3; empty when there was no answer.</param>
    public sealed record Replied(long Cookie, string? Error, byte[] Replies) : ClientEvent;

    /// <summary>
    /// What the server says of the lock: owned, or, when asked for or stolen, somebody else's. A connection that is lost says nothing.
    /// </summary>
    public sealed record Locked(bool IsOwner) : ClientEvent;
}
