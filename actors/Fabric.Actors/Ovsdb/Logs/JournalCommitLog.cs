using Akka.Actor;

namespace Fabric.Actors;

/// <summary>
/// Keeps a log in the actor system's journal, one event per group, with images as snapshots: what a server needs that moves between
/// machines which share no folder. Its child <see cref="CommitJournalActor"/> does the work.
/// </summary>
internal sealed class JournalCommitLog(IActorRef journal, IActorRef owner, long size) : ICommitLog
{
    /// <summary>An image is worth its cost when as much has been added to it, and not before this.</summary>
    private const long SmallSize = 256 << 10;

    private long _size = size;
    private long _imageSize = size;
    private bool _isImaging;

    public bool IsWorthImage => !_isImaging && _size > SmallSize && _size / 2 > _imageSize;

    public bool KeepsSchema => false;

    /// <summary>Starts the journal's actor, which tells its parent <see cref="JournalReplayed"/>.</summary>
    public static IActorRef BeginReplay(IActorContext context, string persistenceId, string name) =>
        context.ActorOf(CommitJournalActor.Props(persistenceId), $"journal-{name}");

    public bool Append(ReadOnlyMemory<byte> records, bool toDisk)
    {
        _size += records.Length;
        journal.Tell(new AppendRecords(this, records.ToArray()), owner);
        return false;
    }

    public void BeginImage(Func<ReadOnlyMemory<byte>> image)
    {
        _isImaging = true;
        var bytes = image().ToArray();
        (_size, _imageSize) = (bytes.Length, bytes.Length);
        journal.Tell(new ReplaceByImage(this, bytes), owner);
    }

    /// <summary>The journal's actor has done it already.</summary>
    public void FinishImage() => _isImaging = false;

    public void Dispose()
    {
        // The journal's actor ends with its parent.
    }
}
