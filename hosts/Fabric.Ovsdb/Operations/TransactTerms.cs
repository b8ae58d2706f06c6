namespace Fabric.Ovsdb;

/// <summary>Who asks for a transaction, and since when.</summary>
/// <param name="OwnsLock">Whether the session holds the lock of this name; null if it holds none.</param>
/// <param name="ElapsedMs">Time since the transaction was first tried: 0 the first time, more when a "wait" is tried again.</param>
/// <param name="IsReadOnly">Every operation that writes is refused.</param>
/// <param name="IsTrusted">The server itself asks: it may write to a database whose name begins with "_".</param>
public readonly record struct TransactTerms(
    Func<string, bool>? OwnsLock = null, long ElapsedMs = 0, bool IsReadOnly = false, bool IsTrusted = false);
