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
/// Priorities stay below 200, so that a user's own rules can go above. A port that has no number at the moment has no rules either.
/// </summary>
public sealed class OverlayProgram
{
    /// <summary>
    /// Every rule that Fabric's own controller makes carries this cookie, and a rule that does not is none of its business.
    /// </summary>
    public const ulong Cookie = 0xfab21c;

    private readonly ServerPlan _plan;
    private readonly Func<string, OfpPort?> _find;

    private OverlayProgram(ServerPlan plan, Func<string, OfpPort?> find) => (_plan, _find) = (plan, find);

    /// <summary>With the numbers that ports have unless an operator changes them.</summary>
    public static IReadOnlyList<string> Rules(ServerPlan plan) => Rules(plan, name =>
        name == ServerPorts.VxlanName ? ServerPorts.OfVxlan
        : name == ServerPorts.GeneveName ? ServerPorts.OfGeneve
        : plan.Vms.FirstOrDefault(vm => vm.Vf >= 0 && ServerPorts.VfName(vm.Vf) == name) is { } found ? ServerPorts.OfVf(found.Vf) : null);

    /// <param name="find">The number of a port of <c>br-int</c>, by name.</param>
    public static IReadOnlyList<string> Rules(ServerPlan plan, Func<string, OfpPort?> find) => new OverlayProgram(plan, find).Make();

    private string[] Make() =>
    [
        .. _plan.Vms.SelectMany(vm => Ingress(vm, _plan.Overlays.First(o => o.Name == vm.Overlay))),
        .. _plan.Overlays.SelectMany(TunnelIngress),
        "table=0,priority=0,actions=drop",
        .. _plan.Overlays.SelectMany(FromVm),
        .. _plan.Overlays.SelectMany(FromTunnel),
    ];

    /// <summary>Spoof guard: a VM speaks with its own MAC and, in ARP, IPv4 and IPv6, with its own addresses.</summary>
    private IEnumerable<string> Ingress(VmPlan vm, OverlayPlan overlay)
    {
        if (PortOf(vm) is not { } port) yield break;
        var from = $"in_port={port},dl_src={vm.Mac}";
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
            yield return $"table=0,priority=90,in_port={port},{family},actions=drop";
        yield return $"table=0,priority=80,{from},{enter}";
    }

    private IEnumerable<string> TunnelIngress(OverlayPlan overlay)
    {
        if (TunnelOf(overlay) is not { } port) yield break;
        foreach (var vtep in overlay.RemoteVteps)
            yield return $"table=0,priority=100,in_port={port},tun_id={overlay.Vni},tun_src={vtep.Address}"
                + $",actions=set_field:{overlay.Vni}->metadata,resubmit(,20)";
    }

    private IEnumerable<string> FromVm(OverlayPlan overlay)
    {
        var of = $"metadata={overlay.Vni}";
        foreach (var (mac, output) in LocalVms(overlay)) yield return $"table=10,priority=100,{of},dl_dst={mac},actions={output}";
        if (TunnelOf(overlay) is not null)
            foreach (var vm in overlay.RemoteVms)
                yield return $"table=10,priority=100,{of},dl_dst={vm.Mac},actions={string.Concat(Tunnel(overlay, vm.Vtep))}";
        var everyone = LocalVms(overlay).Select(vm => vm.Output).Concat(overlay.RemoteVteps.SelectMany(v => Tunnel(overlay, v.Address)));
        yield return $"table=10,priority=90,{of},dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions={List(everyone)}";

        // Whose place nobody declared can only be behind a foreign VTEP.
        var foreign = overlay.RemoteVteps.Where(vtep => vtep.IsForeign).SelectMany(vtep => Tunnel(overlay, vtep.Address));
        yield return $"table=10,priority=10,{of},actions={List(foreign)}";
    }

    private IEnumerable<string> FromTunnel(OverlayPlan overlay)
    {
        var of = $"metadata={overlay.Vni}";
        foreach (var (mac, output) in LocalVms(overlay)) yield return $"table=20,priority=100,{of},dl_dst={mac},actions={output}";
        var locals = LocalVms(overlay).Select(vm => vm.Output);
        yield return $"table=20,priority=90,{of},dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions={List(locals)}";
        yield return $"table=20,priority=0,{of},actions=drop";
    }

    private IEnumerable<(string Mac, string Output)> LocalVms(OverlayPlan overlay)
    {
        foreach (var vm in _plan.Vms.Where(vm => vm.Overlay == overlay.Name))
            if (PortOf(vm) is { } port) yield return (vm.Mac, $"output:{port}");
    }

    private OfpPort? PortOf(VmPlan vm) => vm.Vf < 0 ? null : _find(ServerPorts.VfName(vm.Vf));

    private OfpPort? TunnelOf(OverlayPlan overlay) =>
        _find(ServerPorts.IsGeneve(overlay) ? ServerPorts.GeneveName : ServerPorts.VxlanName);

    /// <summary>Nothing while there is no tunnel port.</summary>
    private IEnumerable<string> Tunnel(OverlayPlan overlay, string vtep)
    {
        if (TunnelOf(overlay) is { } port)
            yield return string.Create(
                CultureInfo.InvariantCulture, $"set_field:{overlay.Vni}->tun_id,set_field:{vtep}->tun_dst,output:{port}");
    }

    private static string List(IEnumerable<string> actions)
    {
        var text = string.Join(',', actions);
        return text.Length == 0 ? "drop" : text;
    }
}
