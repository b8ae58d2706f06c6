using System.Text.Json.Serialization;
using Fabric.Topology;

namespace Fabric.Actors.Protocol;

/// <summary>All that one server must know of the topology, and nothing about servers it does not talk to.</summary>
/// <param name="Epoch">Grows with every declaration; an older one never wins.</param>
/// <param name="Vtep">Its tunnel end point's address.</param>
/// <param name="VtepMac">Ethernet address of its physical port.</param>
/// <param name="UnderlayPrefix">Prefix of the underlay subnet, for instance <c>127.64.0.0/16</c>.</param>
/// <param name="Flows">Further rules by bridge, in <c>ovs-ofctl</c> syntax.</param>
/// <param name="BarriersSave">The reply to an OpenFlow barrier waits until the rules before it are saved.</param>
public sealed record ServerPlan(
    string Name, string Rack, long Epoch, string Vtep, string VtepMac, string UnderlayPrefix, int UnderlayMtu, OffloadMode Offload,
    NicPlan Nic,
    IReadOnlyList<OverlayPlan> Overlays, IReadOnlyList<VmPlan> Vms, IReadOnlyDictionary<string, IReadOnlyList<string>> Flows,
    bool BarriersSave = false, DatapathKind Datapath = DatapathKind.Kernel)
{
    public FunctionsPlan Functions { get; init; } = FunctionsPlan.Plain;

    /// <summary>The NIC is offered flows.</summary>
    [JsonIgnore]
    public bool HasOffload => Offload != OffloadMode.Off;

    [JsonIgnore]
    public bool IsUserspace => Datapath == DatapathKind.Userspace;
}
