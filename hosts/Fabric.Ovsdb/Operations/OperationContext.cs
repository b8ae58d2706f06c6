namespace Fabric.Ovsdb;

/// <summary>What an operation works with.</summary>
internal sealed class OperationContext(
    Database database, Transaction transaction, Symbols symbols, TransactTerms terms, JsonBuffer reply, long timeoutMs)
{
    public Database Database => database;

    public Transaction Transaction => transaction;

    public Symbols Symbols => symbols;

    public TransactTerms Terms => terms;

    /// <summary>Where the operation's reply is appended. What a failed one wrote is dropped.</summary>
    public JsonBuffer Reply => reply;

    /// <summary>The shortest timeout of the transaction's waits so far.</summary>
    public long TimeoutMs { get; set; } = timeoutMs;

    /// <summary>The operation's error means that it has to be tried again.</summary>
    public bool IsBlocked { get; set; }
}
