using Akka.Actor;
using Akka.Event;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// Returns the frames of messages whose receiver has stopped: a mailbox that ends hands what it holds to the dead letters, and without
/// this every rebuilt server would keep some of the pool's frames for good. A restart means: it listens again.
/// </summary>
internal sealed class FrameSalvage : ReceiveActor
{
    private readonly FrameAccount _account;

    public FrameSalvage(FrameAccount account)
    {
        _account = account;
        Receive<DeadLetter>(letter => Salvage(letter.Message));
    }

    public static Props Props(FrameAccount account) => Akka.Actor.Props.Create(() => new FrameSalvage(account));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void Salvage(object message)
    {
        switch (message)
        {
            case FrameBatch batch:
                Count(batch.Count);
                batch.Pool.ReturnWithFrames(batch);
                break;
            case UpcallBatch upcalls:
                Count(upcalls.DropFrames());
                break;
            case KernelCommands commands:
                foreach (var execute in commands.Commands.OfType<ExecutePacket>())
                {
                    Count(1);
                    execute.Frame.Pool.Return(execute.Frame);
                }

                break;
        }
    }

    private void Count(int frames)
    {
        _account.In += frames;
        _account.Drops.Add(DropReason.PartStopped, frames);
    }
}
