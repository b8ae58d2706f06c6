namespace Fabric.Ovsdb;

/// <summary>
/// What a session has still to send: messages in order, each held until the commit it tells of, or was made behind, is durable. A message
/// may consist of parts that other sessions send too; parts are never copied before they leave.
///
/// 1. Bytes leave in the order their messages were put in, and none before its commit is durable.
/// 2. <see cref="ExcessSize"/> is what is unsent beyond the largest reply among it: a reply may be as large as the database, but what piles
///    up beside it is bounded by who owns the queue.
/// </summary>
internal sealed class OutputQueue
{
    private readonly record struct Part(ReadOnlyMemory<byte> Bytes, long HeldUntil);

    private readonly Queue<Part> _parts = new();
    private int _taken;
    private long _largestReply;

    /// <summary>Bytes put in and not taken.</summary>
    public long UnsentSize { get; private set; }

    public long ExcessSize => UnsentSize - _largestReply;

    public void PutReply(ReadOnlyMemory<byte> message, long heldUntil)
    {
        _largestReply = Math.Max(_largestReply, message.Length);
        Put(message, heldUntil);
    }

    public void Put(ReadOnlyMemory<byte> part, long heldUntil)
    {
        if (part.IsEmpty) return;
        _parts.Enqueue(new Part(part, heldUntil));
        UnsentSize += part.Length;
    }

    public bool IsReleased(long durable) => _parts.TryPeek(out var first) && first.HeldUntil <= durable;

    /// <summary>Copies out as much as may go and fits. Returns the bytes copied.</summary>
    public int Take(Span<byte> destination, long durable)
    {
        int copied = 0;
        while (copied < destination.Length && IsReleased(durable))
        {
            var rest = _parts.Peek().Bytes.Span[_taken..];
            int size = Math.Min(rest.Length, destination.Length - copied);
            rest[..size].CopyTo(destination[copied..]);
            copied += size;
            _taken += size;
            if (size < rest.Length) break;
            _parts.Dequeue();
            _taken = 0;
        }
        UnsentSize -= copied;
        if (UnsentSize == 0) _largestReply = 0;
        return copied;
    }

    public void Clear()
    {
        _parts.Clear();
        (_taken, UnsentSize, _largestReply) = (0, 0, 0);
    }
}
