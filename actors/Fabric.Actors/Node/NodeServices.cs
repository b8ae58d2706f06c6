using System.Collections.Concurrent;
using Akka.Actor;
using Fabric.Underlay;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>What the parts of one node share: frames, time, the underlay, and the places where traces and captures are kept.</summary>
public sealed class NodeServices
{
    /// <summary>Dispatcher of all actors that carry frames, see the node's HOCON.</summary>
    public const string FrameDispatcher = "akka.fabric-frames";

    /// <summary>Outer packets waiting for the node's sockets.</summary>
    private const int UnderlayQueueFrames = 16_384;

    private uint _lastVtep;
    private long _lastLife;

    private NodeServices(
        string address, IActorRef directory, FabricClock clock, FramePool pool, Func<FramePool, UnderlayReceiver, IUnderlay> underlay)
    {
        (Address, Directory, Clock, Pool) = (address, directory, clock, pool);
        Tracer = new Tracer(clock);
        Captures = new CaptureHub();
        UnderlayPorts = new UnderlayPorts(pool, Captures, clock, underlay);
    }

    /// <summary>Akka address of this node.</summary>
    public string Address { get; }

    /// <summary>
    /// Folder that the processes of this machine share for databases and run directories; null where servers have no sockets and their
    /// databases live in the journal or in memory.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// True where a server may move to a node that does not share <see cref="DataFolder"/>: its database is then kept in the journal.
    /// Otherwise one without a folder lasts as long as the process.
    /// </summary>
    public bool KeepsDatabasesInJournal { get; init; }

    /// <summary>Where servers without a folder for sockets listen.</summary>
    public MemoryNetwork Memory { get; } = new();

    /// <summary>Databases that are kept in memory, by server; they outlive their actors.</summary>
    public ConcurrentDictionary<string, MemoryLog> Databases { get; } = new();

    /// <summary>The same for rules.</summary>
    public ConcurrentDictionary<string, MemoryLog> Rules { get; } = new();

    /// <summary>Takes <see cref="Protocol.Placement"/>.</summary>
    public IActorRef Directory { get; }

    public IActorRef Controller { get; set; } = ActorRefs.Nobody;

    public FabricClock Clock { get; }

    public FramePool Pool { get; }

    public Tracer Tracer { get; }

    public CaptureHub Captures { get; }

    public UnderlayPorts UnderlayPorts { get; }

    public IActorRef Underlay { get; private set; } = ActorRefs.Nobody;

    /// <summary>Where NICs send outer packets.</summary>
    public FrameInlet UnderlayInlet { get; private set; } = null!;

    /// <summary>Frames that were on their way to a part when it stopped.</summary>
    public FrameAccount Salvaged { get; } = new();

    /// <param name="underlay">Makes the underlay; by default sockets of this machine.</param>
    public static NodeServices Start(
        ActorSystem system, string address, IActorRef directory, FabricClock? clock = null, FramePool? pool = null,
        Func<FramePool, UnderlayReceiver, IUnderlay>? underlay = null, string? dataFolder = null,
        bool keepsDatabasesInJournal = false)
    {
        var node = new NodeServices(
            address, directory, clock ?? FabricClock.System, pool ?? new FramePool(),
            underlay ?? ((frames, receiver) => new DirectUnderlay(frames, receiver)))
        {
            DataFolder = dataFolder, KeepsDatabasesInJournal = keepsDatabasesInJournal,
        };
        var link = new FrameLink(UnderlayQueueFrames);
        node.Underlay = system.ActorOf(UnderlayActor.Props(node, link), "underlay");
        node.UnderlayInlet = new FrameInlet(node.Underlay, FrameLane.ToWire, link, DropReason.UnderlayQueueFull);
        system.ActorOf(TracerActor.Props(node.Tracer), "tracer");
        system.ActorOf(FrameSalvage.Props(node.Salvaged), "salvage");
        // The sockets are no actor's: they close when every actor is gone.
        system.RegisterOnTermination(node.UnderlayPorts.Dispose);
        return node;
    }

    /// <summary>A number for a server's VTEP that no other in this process has or had.</summary>
    public uint NextVtep() => Interlocked.Increment(ref _lastVtep);

    /// <summary>
    /// A number for the life of a NIC or of a kernel datapath, greater than that of any earlier one. A NIC's own resets and what its host
    /// makes of them count on from it, hence the distance. The wall clock would not do: it can stand still or go back.
    /// </summary>
    public ulong NextLife() => (ulong)Interlocked.Increment(ref _lastLife) << 20;
}
