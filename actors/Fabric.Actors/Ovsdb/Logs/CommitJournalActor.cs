using Akka.Actor;
using Akka.Persistence;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>
/// The journal of one database: events are groups of records, a snapshot is the image that stands for all before it.
/// <para>A restart means: what it was about to write is not acknowledged, and its parent begins anew with it.</para>
/// </summary>
internal sealed class CommitJournalActor : ReceivePersistentActor
{
    private readonly List<ReadOnlyMemory<byte>> _replayed = [];

    public CommitJournalActor(string persistenceId)
    {
        PersistenceId = persistenceId;
        Recover<SnapshotOffer>(offer =>
        {
            _replayed.Clear();
            _replayed.Add(((DatabaseRecords)offer.Snapshot).Records);
        });
        Recover<DatabaseRecords>(records => _replayed.Add(records.Records));
        Recover<RecoveryCompleted>(_ =>
        {
            Context.Parent.Tell(new JournalReplayed(Self, [.. _replayed]));
            _replayed.Clear();
        });
        Command<AppendRecords>(append => PersistAsync(
            new DatabaseRecords(append.Records), _ => Context.Parent.Tell(new LogDurable(append.Log))));
        Command<ReplaceByImage>(replace =>
        {
            SaveSnapshot(new DatabaseRecords(replace.Image));
            Context.Parent.Tell(new LogImageReady(replace.Log));
        });
        Command<SaveSnapshotSuccess>(saved =>
        {
            DeleteMessages(saved.Metadata.SequenceNr);
            DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
        });
        // Without the snapshot the events are still all there.
        Command<SaveSnapshotFailure>(_ => { });
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(_ => { });
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
    }

    public override string PersistenceId { get; }

    public static Props Props(string persistenceId) => Akka.Actor.Props.Create(() => new CommitJournalActor(persistenceId));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        Context.Parent.Tell(new LogFailed(null, cause));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Context.Parent.Tell(new LogFailed(null, reason));
        base.OnRecoveryFailure(reason, message);
    }
}
