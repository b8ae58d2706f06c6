using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Nic;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>What a <see cref="SmartNicActor"/> is made from.</summary>
/// <param name="Vfs">The VFs by port; each is there before its first frame, and stays.</param>
/// <param name="Functions">Asked by a NIC that starts: what its VFs are to be.</param>
/// <param name="FromVfs">Credit of the way from all VFs.</param>
/// <param name="FromUnderlay">Credit of the way from the node's underlay.</param>
/// <param name="ToUnderlay">Where outer packets go.</param>
public sealed record SmartNicPlan(
    string Server, SmartNicOptions Options, uint Seed, uint Vtep, MacAddress VtepMac, IActorRef Kernel,
    IReadOnlyDictionary<uint, IActorRef> Vfs, Func<FunctionsPlan> Functions, FrameLink FromVfs, FrameLink FromUnderlay,
    FrameInlet ToUnderlay);
