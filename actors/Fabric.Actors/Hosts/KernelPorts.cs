using System.Net;
using Fabric.Actors.Protocol;
using Fabric.Datapath;
using Fabric.Flow;
using Fabric.Nic;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>A plan's ports and tunnels, as the kernel datapath and the NIC are configured with them.</summary>
internal static class KernelPorts
{
    public static IEnumerable<DatapathPort> Of(ServerPlan plan) =>
    [
        new DatapathPort(ServerPorts.LocalPort, ServerPorts.Bridge, DatapathPortKind.Local),
        new DatapathPort(ServerPorts.PhysicalPort, ServerPorts.Physical, DatapathPortKind.Physical),
        .. plan.Vms.Select(vm => new DatapathPort(ServerPorts.VfPort(vm.Vf), ServerPorts.VfName(vm.Vf), DatapathPortKind.Representor)),
    ];

    public static IEnumerable<PortConfig> NicPorts(ServerPlan plan) =>
    [
        new PortConfig(ServerPorts.PhysicalPort, ServerPorts.Physical, DatapathPortKind.Physical, MacAddress.Parse(plan.VtepMac),
            IsUp: true),
        .. plan.Vms.Select(vm => new PortConfig(
            ServerPorts.VfPort(vm.Vf), ServerPorts.VfName(vm.Vf), DatapathPortKind.Representor, MacAddress.Parse(vm.Mac), IsUp: true)),
    ];

    /// <summary>The VTEP's own address and routes, and who may send what to it.</summary>
    public static IEnumerable<TunnelUpdate> Tunnels(ServerPlan plan)
    {
        var vtep = Address(plan.Vtep);
        yield return new AddLocalAddress(vtep, MacAddress.Parse(plan.VtepMac), ServerPorts.PhysicalPort);
        yield return new SetEgressMtu(ServerPorts.PhysicalPort, plan.UnderlayMtu);
        var subnet = IPNetwork.Parse(plan.UnderlayPrefix);
        yield return new SetRoute(Address(subnet.BaseAddress.ToString()), subnet.PrefixLength, null, ServerPorts.PhysicalPort, vtep);
        yield return new AddTunnelPort(new TunnelPort(ServerPorts.VxlanPort, ServerPorts.VxlanVport, TunnelType.Vxlan, 4789));
        yield return new AddTunnelPort(new TunnelPort(ServerPorts.GenevePort, ServerPorts.GeneveVport, TunnelType.Geneve, 6081));
        foreach (var overlay in plan.Overlays)
        {
            var type = ServerPorts.IsGeneve(overlay) ? TunnelType.Geneve : TunnelType.Vxlan;
            foreach (var remote in overlay.RemoteVteps)
            {
                var address = Address(remote.Address);
                yield return new AddPeer(type, new Vni(overlay.Vni), address);
                yield return new SetNeighbour(address, MacAddress.Parse(remote.Mac));
                // A foreign VTEP need not be in the underlay's subnet; the emulated link reaches it all the same.
                if (!subnet.Contains(IPAddress.Parse(remote.Address)))
                    yield return new SetRoute(address, 32, null, ServerPorts.PhysicalPort, vtep);
            }
        }
    }

    private static IpAddress Address(string text) =>
        IpAddress.TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address");
}
