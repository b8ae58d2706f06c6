using Akka.Actor;

namespace Fabric.Actors;

/// <summary>The parts of one server that speak to each other. Filled while they are made, before any is told to begin.</summary>
public sealed class ServerParts
{
    public IActorRef Server { get; set; } = ActorRefs.Nobody;

    public IActorRef Agent { get; set; } = ActorRefs.Nobody;

    /// <summary>Takes <see cref="SubscribeDatabase"/> and <see cref="WriteDatabase"/>.</summary>
    public IActorRef Ovsdb { get; set; } = ActorRefs.Nobody;

    public IActorRef Kernel { get; set; } = ActorRefs.Nobody;

    /// <summary>Fabric's own controller.</summary>
    public IActorRef Control { get; set; } = ActorRefs.Nobody;

    public IActorRef Nic { get; set; } = ActorRefs.Nobody;

    /// <summary>VFs and VMs by VM name, VFs also by datapath port.</summary>
    public Dictionary<string, IActorRef> Vfs { get; } = [];

    public Dictionary<uint, IActorRef> VfByPort { get; } = [];

    public Dictionary<string, IActorRef> Vms { get; } = [];

    public Dictionary<string, VmWays> VmWays { get; } = [];

    public bool Contains(IActorRef part) =>
        part.Equals(Ovsdb) || part.Equals(Agent) || part.Equals(Control)
        || part.Equals(Kernel) || part.Equals(Nic) || Vfs.ContainsValue(part) || Vms.ContainsValue(part);
}
