using System.Collections.Concurrent;
using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors;

/// <summary>The parts of one server that speak to each other. Filled while they are made, before any is told to begin.</summary>
public sealed class ServerParts(ServerPlan plan)
{
    private ServerPlan _plan = plan;

    /// <summary>The plan last followed: what a part that is restarted begins with.</summary>
    public ServerPlan Plan
    {
        get => Volatile.Read(ref _plan);
        set => Volatile.Write(ref _plan, value);
    }

    public IActorRef Server { get; set; } = ActorRefs.Nobody;

    public IActorRef Agent { get; set; } = ActorRefs.Nobody;

    /// <summary>Takes <see cref="SubscribeDatabase"/> and <see cref="WriteDatabase"/>.</summary>
    public IActorRef Ovsdb { get; set; } = ActorRefs.Nobody;

    public IActorRef Kernel { get; set; } = ActorRefs.Nobody;

    /// <summary>Fabric's own controller.</summary>
    public IActorRef Control { get; set; } = ActorRefs.Nobody;

    public IActorRef Nic { get; set; } = ActorRefs.Nobody;

    /// <summary>VFs that a VM has or had, by index.</summary>
    public Dictionary<int, VfParts> Vfs { get; } = [];

    /// <summary>The same by datapath port, for the NIC.</summary>
    public ConcurrentDictionary<uint, IActorRef> VfByPort { get; } = [];

    /// <summary>Makes a VF and its way to the NIC.</summary>
    public Func<IActorContext, int, VfParts> MakeVf { get; set; } = null!;

    /// <summary>What the NIC's VFs are to be; a NIC that starts asks for it.</summary>
    public FunctionsPlan Functions => Plan.Functions;

    /// <summary>By VM name.</summary>
    public Dictionary<string, IActorRef> Vms { get; } = [];

    public Dictionary<string, VmWays> VmWays { get; } = [];

    public bool Contains(IActorRef part) =>
        part.Equals(Ovsdb) || part.Equals(Agent) || part.Equals(Control)
        || part.Equals(Kernel) || part.Equals(Nic) || Vfs.Values.Any(vf => vf.Actor.Equals(part)) || Vms.ContainsValue(part);
}
