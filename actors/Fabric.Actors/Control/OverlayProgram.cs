using System.Globalization;
using System.Net;
using Fabric.Actors.Protocol;
using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>
/// The rules of <c>br-int</c> that make a server's overlays, in <c>ovs-ofctl</c> syntax:
/// <list type="bullet">
/// <item>table 0 says which overlay a frame belongs to: by VF (and then only with the VM's own addresses) or by tunnel (VNI and peer);
/// <c>metadata</c> carries the VNI from here on;</item>
/// <item>table 10 forwards what a local VM sent: to a local VM, through a tunnel to a remote one, or to all of them;</item>
/// <item>table 20 forwards what came out of a tunnel: to local VMs only, never back into a tunnel (split horizon).</item>
/// </list>
/// Priorities stay below 200, so that a user's own rules can go above.
/// </summary>
public static class OverlayProgram
{
    public static IReadOnlyList<string> Rules(ServerPlan plan) =>
    [
        .. plan.Vms.SelectMany(vm => Ingress(vm, plan.Overlays.First(o => o.Name == vm.Overlay))),
        .. plan.Overlays.SelectMany(overlay => TunnelIngress(overlay)),
        "table=0,priority=0,actions=drop",
        .. plan.Overlays.SelectMany(overlay => FromVm(plan, overlay)),
        .. plan.Overlays.SelectMany(overlay => FromTunnel(plan, overlay)),
    ];

    /// <summary>Spoof guard: a VM speaks with its own MAC and, in ARP, IPv4 and IPv6, with its own addresses.</summary>
    private static IEnumerable<string> Ingress(VmPlan vm, OverlayPlan overlay)
    {
        var from = $"in_port={ServerPorts.OfVf(vm.Vf)},dl_src={vm.Mac}";
        var enter = $"actions=set_field:{overlay.Vni}->metadata,resubmit(,10)";
        foreach (var address in vm.Addresses.Select(text => IPAddress.Parse(text.Split('/')[0])))
        {
            if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            {
                yield return $"table=0,priority=100,{from},ip,nw_src={address},{enter}";
                yield return $"table=0,priority=100,{from},arp,arp_sha={vm.Mac},arp_spa={address},{enter}";
            }
            else
            {
                yield return $"table=0,priority=100,{from},ipv6,ipv6_src={address},{enter}";
            }
        }

        // Neighbour discovery also speaks with the link-local address, and with none before it has one (RFC 4861 section 4.3).
        yield return $"table=0,priority=100,{from},ipv6,ipv6_src=fe80::/10,{enter}";
        yield return $"table=0,priority=100,{from},icmp6,ipv6_src=::,{enter}";
        foreach (var family in new[] { "ip", "arp", "ipv6" })
            yield return $"table=0,priority=90,in_port={ServerPorts.OfVf(vm.Vf)},{family},actions=drop";
        yield return $"table=0,priority=80,{from},{enter}";
    }

    private static IEnumerable<string> TunnelIngress(OverlayPlan overlay) => overlay.RemoteVteps.Select(vtep =>
        $"table=0,priority=100,in_port={ServerPorts.OfTunnel(overlay)},tun_id={overlay.Vni},tun_src={vtep.Address}"
        + $",actions=set_field:{overlay.Vni}->metadata,resubmit(,20)");

    private static IEnumerable<string> FromVm(ServerPlan plan, OverlayPlan overlay)
    {
        var of = $"metadata={overlay.Vni}";
        foreach (var vm in LocalVms(plan, overlay))
            yield return $"table=10,priority=100,{of},dl_dst={vm.Mac},actions=output:{ServerPorts.OfVf(vm.Vf)}";
        foreach (var vm in overlay.RemoteVms) yield return $"table=10,priority=100,{of},dl_dst={vm.Mac},actions={Tunnel(overlay, vm.Vtep)}";
        var everyone = LocalVms(plan, overlay).Select(vm => $"output:{ServerPorts.OfVf(vm.Vf)}")
            .Concat(overlay.RemoteVteps.Select(vtep => Tunnel(overlay, vtep.Address)));
        yield return $"table=10,priority=90,{of},dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions={List(everyone)}";

        // Whose place nobody declared can only be behind a foreign VTEP.
        var foreign = overlay.RemoteVteps.Where(vtep => vtep.IsForeign).Select(vtep => Tunnel(overlay, vtep.Address));
        yield return $"table=10,priority=10,{of},actions={List(foreign)}";
    }

    private static IEnumerable<string> FromTunnel(ServerPlan plan, OverlayPlan overlay)
    {
        var of = $"metadata={overlay.Vni}";
        foreach (var vm in LocalVms(plan, overlay))
            yield return $"table=20,priority=100,{of},dl_dst={vm.Mac},actions=output:{ServerPorts.OfVf(vm.Vf)}";
        var locals = LocalVms(plan, overlay).Select(vm => $"output:{ServerPorts.OfVf(vm.Vf)}");
        yield return $"table=20,priority=90,{of},dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions={List(locals)}";
        yield return $"table=20,priority=0,{of},actions=drop";
    }

    private static IEnumerable<VmPlan> LocalVms(ServerPlan plan, OverlayPlan overlay) => plan.Vms.Where(vm => vm.Overlay == overlay.Name);

    private static string Tunnel(OverlayPlan overlay, string vtep) => string.Create(
        CultureInfo.InvariantCulture, $"set_field:{overlay.Vni}->tun_id,set_field:{vtep}->tun_dst,output:{ServerPorts.OfTunnel(overlay)}");

    private static string List(IEnumerable<string> actions)
    {
        var text = string.Join(',', actions);
        return text.Length == 0 ? "drop" : text;
    }
}
