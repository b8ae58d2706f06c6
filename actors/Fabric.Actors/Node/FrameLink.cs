using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// The bounded way of frames from one actor into another's mailbox. Mailboxes have no bound, so each way has credit: a sender that finds
/// none keeps the batch and drops it with its own reason. One link serves any number of senders and one receiver.
/// </summary>
public sealed class FrameLink(int capacity)
{
    private int _queued;

    /// <summary>Most frames that may wait.</summary>
    public int Capacity { get; } = capacity;

    /// <summary>Frames sent and not yet taken by the receiver.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Claims room for a whole batch; false when it does not fit.</summary>
    public bool TryClaim(FrameBatch batch)
    {
        if (Interlocked.Add(ref _queued, batch.Count) <= Capacity) return true;
        Interlocked.Add(ref _queued, -batch.Count);
        return false;
    }

    /// <summary>To be called by the receiver when it takes the batch.</summary>
    public void Took(FrameBatch batch)
    {
        var left = Interlocked.Add(ref _queued, -batch.Count);
        Invariant.Check(left >= 0, "a link gives back no more than was claimed");
    }
}
