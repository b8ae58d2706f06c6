namespace Fabric.Ovsdb;

/// <summary>One transaction that changed something.</summary>
/// <param name="Number">1, 2, 3, … since this database object was made.</param>
/// <param name="TransactionId">For clients that ask for what they missed (monitor_cond_since).</param>
/// <param name="Changes">At most one per row, in no particular order of tables.</param>
/// <param name="Comment">The comments of the transaction, one a line.</param>
/// <param name="IsDurable">The client asked that the reply waits for the disk.</param>
public sealed record Commit(long Number, Guid TransactionId, IReadOnlyList<RowChange> Changes, string? Comment, bool IsDurable);
