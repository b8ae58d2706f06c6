using Akka.Actor;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Where a part's frames go next: the receiving actor, the lane it knows them by, and the credit of the way there.</summary>
/// <param name="FullReason">What a sender counts when there is no credit.</param>
public sealed record FrameInlet(IActorRef Receiver, FrameLane Lane, FrameLink Link, DropReason FullReason)
{
    /// <summary>Hands the batch over, or drops it, counted in the sender's account.</summary>
    public void Send(FrameBatch batch, FrameAccount account)
    {
        batch.Lane = Lane;
        var frames = batch.Count;
        if (Link.TryClaim(batch))
        {
            account.Out += frames;
            Receiver.Tell(batch, ActorRefs.NoSender);
            return;
        }

        account.Drops.Add(FullReason, frames);
        batch.Pool.ReturnWithFrames(batch);
    }
}
