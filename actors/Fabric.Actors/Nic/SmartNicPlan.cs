using Akka.Actor;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>What a <see cref="SmartNicActor"/> is made from.</summary>
/// <param name="Vfs">The VFs by port; complete before the first frame comes, and unchanged from then on.</param>
/// <param name="FromVfs">Credit of the way from all VFs.</param>
/// <param name="FromUnderlay">Credit of the way from the node's underlay.</param>
/// <param name="ToUnderlay">Where outer packets go.</param>
public sealed record SmartNicPlan(
    string Server, SmartNicOptions Options, uint Seed, uint Vtep, MacAddress VtepMac, IActorRef Kernel,
    IReadOnlyDictionary<uint, IActorRef> Vfs, FrameLink FromVfs, FrameLink FromUnderlay,
    FrameInlet ToUnderlay);
