using Akka.Actor;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>A guest asks something of its VF (the VF driver's mailbox); its VF says which one, the NIC answers.</summary>
/// <param name="Mac">The address it wants; null: it does not ask for one.</param>
/// <param name="Promiscuous">Whether it wants the frames of others; null: it says nothing of that.</param>
/// <param name="Asker">Who wants to know what came of it; null: nobody.</param>
public sealed record GuestRequest(IActorRef Vm, MacAddress? Mac, bool? Promiscuous, IActorRef? Asker)
{
    /// <summary>Filled in by the VF.</summary>
    public OdpPort Port { get; init; }
}
