using System.Text.Json;

namespace Fabric.Ovsdb;

/// <summary>A transaction that waits: some "wait" operation of it does not hold yet (ovsdb/trigger.c).</summary>
internal sealed class PendingTransaction
{
    private readonly JsonDocument _parameters;

    public PendingTransaction(ServedDatabase database, OvsdbSession session, string key, byte[] id, byte[] parameters, long createdMs)
    {
        (Database, Session, Key, Id, Size, CreatedMs) = (database, session, key, id, parameters.Length, createdMs);
        JsonText.TryParse(parameters, out _parameters, out _);
    }

    public ServedDatabase Database { get; }

    public OvsdbSession Session { get; }

    /// <summary>The request's id in one spelling.</summary>
    public string Key { get; }

    /// <summary>The request's id, as it came.</summary>
    public byte[] Id { get; }

    public JsonElement Parameters => _parameters.RootElement;

    public int Size { get; }

    /// <summary>Its place among those that wait; none once it is over.</summary>
    public LinkedListNode<PendingTransaction>? Place { get; set; }

    public long CreatedMs { get; }

    /// <summary>When the first of its time-outs ends; <see cref="long.MaxValue"/> if none does.</summary>
    public long DeadlineMs { get; private set; }

    public void ExpireAfter(long timeoutMs) => DeadlineMs = timeoutMs > long.MaxValue - CreatedMs ? long.MaxValue : CreatedMs + timeoutMs;
}
