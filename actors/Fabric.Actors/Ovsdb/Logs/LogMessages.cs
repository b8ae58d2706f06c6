namespace Fabric.Actors;

/// <summary>The group that was put last is durable.</summary>
internal sealed record LogDurable(ICommitLog Log);

internal sealed record LogImageReady(ICommitLog Log);

/// <summary>The log can keep nothing more; whoever relies on it must begin anew.</summary>
/// <param name="Log">Null for a journal, which may fail before it is anybody's log.</param>
internal sealed record LogFailed(ICommitLog? Log, Exception Cause);
