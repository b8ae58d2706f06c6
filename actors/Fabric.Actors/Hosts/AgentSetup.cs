using Fabric.Actors.Protocol;
using Fabric.Agent;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Configures an agent as a plan says: bridge, ports, rules.</summary>
internal static class AgentSetup
{
    /// <exception cref="InvalidOperationException">A port or rule is refused; topologies are checked before they get here.</exception>
    public static OvsAgent Build(ServerPlan plan, long nowMs, RevalidatorOptions? options = null)
    {
        var agent = new OvsAgent(options);
        // A bridge's datapath id is its MAC; the VTEP's address, one bit apart, is unique in the fabric.
        var mac = new MacAddress(MacAddress.Parse(plan.VtepMac).Value | 0x0004_0000_0000);
        Accept(agent.TryAddBridge(new BridgeSettings(ServerPorts.Bridge, mac, ServerPorts.LocalPort), nowMs, out var error), error);
        foreach (var port in Ports(plan)) Accept(agent.TryAddPort(ServerPorts.Bridge, port, out error), error);
        foreach (var rule in OverlayProgram.Rules(plan))
            Accept(agent.TryAddRule(ServerPorts.Bridge, rule, nowMs, out error), $"{rule}: {error}");
        foreach (var (bridge, rules) in plan.Flows)
            foreach (var rule in rules) Accept(agent.TryAddRule(bridge, rule, nowMs, out error), $"{bridge}: {rule}: {error}");
        return agent;
    }

    private static IEnumerable<PortSettings> Ports(ServerPlan plan) =>
    [
        .. plan.Vms.Select(vm => new PortSettings(ServerPorts.VfName(vm.Vf), ServerPorts.OfVf(vm.Vf), ServerPorts.VfPort(vm.Vf))),
        Tunnel("vxlan0", "vxlan", ServerPorts.OfVxlan, ServerPorts.VxlanPort, plan),
        Tunnel("geneve0", "geneve", ServerPorts.OfGeneve, ServerPorts.GenevePort, plan),
    ];

    /// <summary>Flow-based: rules choose remote address and key.</summary>
    private static PortSettings Tunnel(string name, string type, Flow.OfpPort ofp, Flow.OdpPort odp, ServerPlan plan) =>
        new(name, ofp, odp, AgentPortType.Tunnel)
        {
            Tunnel = new TunnelSettings(type) { IsRemoteFlow = true, IsKeyFlow = true, LocalIpv4 = Ipv4Address.Parse(plan.Vtep) },
        };

    private static void Accept(bool done, string? error)
    {
        if (!done) throw new InvalidOperationException(error);
    }
}
