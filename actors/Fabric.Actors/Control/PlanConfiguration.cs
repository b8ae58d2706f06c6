using Fabric.Actors.Protocol;
using Fabric.Agent;
using Fabric.Agent.Configuration;

namespace Fabric.Actors;

/// <summary>A plan's bridge and ports, as the agent of a new server is configured with them.</summary>
public static class PlanConfiguration
{
    public static SwitchConfiguration Of(ServerPlan plan) => new()
    {
        Bridges =
        [
            new BridgeConfiguration(ServerPorts.Bridge)
            {
                FailMode = FailMode.Secure,
                DatapathType = plan.IsUserspace ? "netdev" : "",
                Ports = [.. Interfaces(plan).Select(i => new PortConfiguration(i.Name, [i]))],
            },
        ],
    };

    /// <summary>The bridge's own, the VFs of VMs, and a tunnel of each kind whose rules choose remote address and key.</summary>
    private static IEnumerable<InterfaceConfiguration> Interfaces(ServerPlan plan) =>
    [
        new(ServerPorts.Bridge, "internal"),
        .. plan.Vms.Where(vm => vm.Vf >= 0).Select(vm => new InterfaceConfiguration(ServerPorts.VfName(vm.Vf))
        {
            Request = ServerPorts.OfVf(vm.Vf).Value,
            ExternalIds = new Dictionary<string, string> { ["attached-mac"] = vm.Mac, [FabricIds.Vm] = vm.Name, ["iface-id"] = vm.Name },
        }),
        Tunnel(ServerPorts.VxlanName, "vxlan", ServerPorts.OfVxlan, plan),
        Tunnel(ServerPorts.GeneveName, "geneve", ServerPorts.OfGeneve, plan),
    ];

    private static InterfaceConfiguration Tunnel(string name, string type, Flow.OfpPort number, ServerPlan plan) => new(name, type)
    {
        Request = number.Value,
        Options = new Dictionary<string, string> { ["key"] = "flow", ["local_ip"] = plan.Vtep, ["remote_ip"] = "flow" },
        ExternalIds = new Dictionary<string, string> { [FabricIds.Peers] = "topology" },
    };
}
