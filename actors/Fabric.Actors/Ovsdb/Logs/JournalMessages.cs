using Akka.Actor;

namespace Fabric.Actors;

/// <summary>What a journal held when it was opened, in order.</summary>
internal sealed record JournalReplayed(IActorRef Journal, IReadOnlyList<ReadOnlyMemory<byte>> Records);

internal sealed record AppendRecords(JournalCommitLog Log, byte[] Records);

internal sealed record ReplaceByImage(JournalCommitLog Log, byte[] Image);
