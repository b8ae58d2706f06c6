using System.Net;
using Fabric.Actors.Protocol;
using Fabric.Topology;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>Turns a topology into what each server must know of it. Pure: the same topology gives the same plans.</summary>
public static class ServerPlanner
{
    /// <summary>
    /// Outer Ethernet is the physical network's own; outer IPv4, UDP, tunnel header and the inner Ethernet header are not.
    /// </summary>
    private const int TunnelOverhead = 20 + 8 + 8 + 14;

    private const int StandardMtu = 1500;

    public static ServerPlan Plan(FabricTopology topology, ServerSpec server, long epoch) =>
        Plan(topology, server, epoch, FunctionState.AsDeclared, 0);

    /// <param name="state">What has been changed of its SR-IOV since.</param>
    /// <param name="revision">Of that change.</param>
    public static ServerPlan Plan(FabricTopology topology, ServerSpec server, long epoch, FunctionState state, long revision)
    {
        var vms = topology.VmsOn(server.Name).ToList();
        var nic = topology.FindNic(server.Nic) ?? new NicSpec { Name = server.Nic };
        return new ServerPlan(
            server.Name, server.Rack, epoch, server.Vtep.ToString(), VtepMac(server.Vtep), topology.Underlay.Subnet.ToString(),
            topology.Underlay.Mtu, server.Offload,
            new NicPlan(nic.Name, nic.ExactMatchEntries, nic.Eviction.ToString().ToLowerInvariant(), nic.Rules, nic.Masks, nic.Vfs,
                nic.Offloads == OffloadCapabilities.AgilioCx ? "agilio-cx" : "everything", nic.StatisticsContexts, nic.Costs)
            {
                PortBps = nic.PortBitsPerSecond[0],
                Pcie = nic.Pcie,
            },
            [.. vms.Select(vm => vm.Overlay).Distinct().Select(name => PlanOverlay(topology, server, topology.FindOverlay(name)!))],
            [.. vms.Select(vm => PlanVm(topology, vm) with { Vf = FunctionPlanner.PlaceOf(vm, state) })],
            topology.RulesOf(server.Name).GroupBy(r => r.Bridge)
                .ToDictionary(
                    bridge => bridge.Key,
                    bridge => (IReadOnlyList<string>)[.. bridge.SelectMany(r => r.Rules).Select(rule => rule.Text)]),
            server.Durability == DurabilityMode.Barrier, server.Datapath)
        {
            Functions = FunctionPlanner.Plan(vms, nic, state, revision),
        };
    }

    /// <summary>The Ethernet address behind a VTEP: locally administered, from its IPv4 address, so that nobody need ask for it.</summary>
    public static MacAddress VtepMac(Ipv4Address vtep) => new(0x02fb_0000_0000UL | vtep.Value);

    /// <summary>Of an IPv6 address its last four bytes.</summary>
    public static string VtepMac(IPAddress vtep) => VtepMac(Ipv4Address.Read(vtep.GetAddressBytes().AsSpan()[^4..])).ToString();

    private static OverlayPlan PlanOverlay(FabricTopology topology, ServerSpec server, OverlaySpec overlay)
    {
        var remote = topology.VmsOf(overlay.Name).Where(vm => vm.Server != server.Name).ToList();
        var servers = remote.Select(vm => vm.Server).Distinct().Select(name => topology.FindServer(name)!);
        var peers = topology.PeersOf(overlay.Name).ToList();
        return new OverlayPlan(
            overlay.Name, overlay.Type.ToString().ToLowerInvariant(), overlay.Vni,
            [
                .. servers.Select(s => new RemoteVtep(s.Name, s.Vtep.ToString(), VtepMac(s.Vtep), IsForeign: false)),
                .. peers.Select(p => new RemoteVtep(p.Name, p.Vtep.ToString(), VtepMac(p.Vtep), IsForeign: true)),
            ],
            [
                .. remote.Select(vm => new RemoteVm(vm.Mac, topology.FindServer(vm.Server)!.Vtep.ToString())),
                .. peers.SelectMany(p => p.Behind.Select(end => new RemoteVm(end.Mac, p.Vtep.ToString()))),
            ]);
    }

    private static VmPlan PlanVm(FabricTopology topology, VmSpec vm)
    {
        var overlay = topology.FindOverlay(vm.Overlay)!;
        var addresses = new List<string>();
        if (vm.Ipv4 is not null) addresses.Add($"{vm.Ipv4}/{overlay.Ipv4Subnet!.Value.PrefixLength}");
        if (vm.Ipv6 is not null) addresses.Add($"{vm.Ipv6}/{overlay.Ipv6Subnet!.Value.PrefixLength}");
        return new VmPlan(vm.Name, vm.Overlay, vm.Vf, vm.Mac, addresses, Math.Min(StandardMtu, topology.Underlay.Mtu - TunnelOverhead));
    }
}
