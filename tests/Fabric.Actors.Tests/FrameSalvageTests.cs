using Akka.Actor;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors.Tests;

public sealed class FrameSalvageTests : FabricRig
{
    [Fact]
    public void Frames_on_their_way_to_a_part_that_has_stopped_return_to_the_pool()
    {
        var gone = Watch(Sys.ActorOf(Props.Create(() => new Nothing())));
        gone.Tell(PoisonPill.Instance);
        ExpectTerminated(gone);

        var batch = Pool.RentBatch();
        for (var i = 0; i < 5; i++) batch.Add(Rent());
        var upcalls = new UpcallBatch { Count = 3 };
        // The one in the middle has been taken out already.
        foreach (var i in new[] { 0, 2 }) upcalls.Room[i] = new Upcall { Frame = Rent() };
        var commands = new KernelCommands([new DeleteFlow(default), new ExecutePacket(Rent(), DatapathActions.Drop)]);
        Assert.Equal(8, Pool.Outstanding);

        foreach (var message in new object[] { batch, upcalls, commands, "anything else" }) gone.Tell(message, ActorRefs.NoSender);
        AwaitAssert(() => Assert.Equal(0, Pool.Outstanding));
        Assert.Equal((8L, 8L, 0L), (Node.Salvaged.In, Node.Salvaged.Drops[DropReason.PartStopped], Node.Salvaged.Imbalance(0)));
    }

    private Frame Rent() => Pool.TryRent(60, out var frame) ? frame : throw new InvalidOperationException("the pool is empty");

    private sealed class Nothing : ReceiveActor;
}
