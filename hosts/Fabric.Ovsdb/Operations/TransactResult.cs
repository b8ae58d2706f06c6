namespace Fabric.Ovsdb;

/// <summary>The outcome of a transaction.</summary>
/// <param name="Replies">
/// The JSON array that "transact" is answered with (RFC 7047, section 4.1.3): one element per operation, null for those after a failed one,
/// and one more, the error, if all succeeded and the commit failed. Empty while blocked.
/// </param>
/// <param name="Commit">Null if nothing changed.</param>
/// <param name="Error">What made the transaction fail, or null.</param>
/// <param name="IsBlocked">A "wait" does not hold: try again after the next commit, or when the timeout has passed.</param>
/// <param name="TimeoutMs">Of a blocked transaction, since it was first tried; <see cref="long.MaxValue"/> if it has none.</param>
public sealed record TransactResult(
    byte[] Replies, Commit? Commit = null, OvsdbError? Error = null, bool IsBlocked = false, long TimeoutMs = long.MaxValue)
{
    internal static TransactResult Refused(OvsdbError error)
    {
        var json = new JsonBuffer();
        error.WriteTo(json);
        return new TransactResult(json.ToArray(), Error: error);
    }
}
