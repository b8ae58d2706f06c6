using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Simulation.Tests;

/// <summary>Makes frames that must reach nobody: guests that lie about who they are, and outer packets from outside the fabric.</summary>
internal sealed class Forger(SimFabric fabric, Random random)
{
    private const int PayloadSize = 32;

    /// <summary>The kinds of outer packet and the reason each is to be dropped for; the wrong port is taken by the server itself.</summary>
    public static readonly IReadOnlyDictionary<string, DropReason?> Outer = new Dictionary<string, DropReason?>
    {
        ["wrong VNI"] = DropReason.UnknownVni,
        ["unknown peer"] = DropReason.UnknownPeer,
        ["wrong UDP port"] = null,
        ["no I flag"] = DropReason.MalformedTunnel,
        ["cut short"] = DropReason.MalformedOuter,
        ["not for this VTEP"] = DropReason.NotForUs,
        ["damaged outer header"] = DropReason.BadOuterChecksum,
    };

    public void ForgeAny()
    {
        var victim = fabric.Vms[random.Next(fabric.Vms.Count)];
        if (random.Next(2) == 0)
        {
            var mates = fabric.Overlay(victim.Plan.Overlay).Where(vm => vm != victim).ToList();
            if (mates.Count > 0) ForgeSource(mates[random.Next(mates.Count)], victim, random.Next(2) == 0);
            return;
        }

        var kinds = Outer.Keys.ToList();
        ForgeOuter(victim, kinds[random.Next(kinds.Count)]);
    }

    /// <summary>A VM speaks with a wrong MAC, or else with a wrong IPv4 address.</summary>
    public void ForgeSource(SimVm liar, SimVm victim, bool isWrongMac)
    {
        var mac = MacAddress.Parse(liar.Plan.Mac);
        var ip = SimFabric.AddressOf(liar, isIpv6: false).V4;
        Span<byte> frame = stackalloc byte[InnerSize];
        WriteInner(
            frame, victim, isWrongMac ? new MacAddress(mac.Value ^ 0xff) : mac, isWrongMac ? ip : new Ipv4Address(ip.Value ^ 0x40));
        liar.SendRaw(frame);
    }

    /// <summary>An outer VXLAN packet to the victim's server with one of the faults of <see cref="Outer"/>.</summary>
    public void ForgeOuter(SimVm victim, string kind)
    {
        var host = victim.Host;
        var peer = fabric.Hosts.First(h => h != host);
        var (source, destination) = (Ipv4Address.Parse(peer.Plan.Vtep), Ipv4Address.Parse(host.Plan.Vtep));
        if (kind == "unknown peer") source = new Ipv4Address(destination.Value ^ 0x8000);
        if (kind == "not for this VTEP") destination = new Ipv4Address(destination.Value ^ 0x4000);
        Span<byte> packet = stackalloc byte[20 + UdpView.Size + VxlanView.Size + InnerSize];
        var datagramSize = packet.Length - 20;
        new Ipv4Header(source, destination, IpProtocol.Udp, datagramSize).Emit(packet);
        var port = kind == "wrong UDP port" ? (ushort)4_790 : VxlanView.UdpPort;
        new UdpHeader(50_000, port, datagramSize - UdpView.Size).Emit(packet[20..]);
        new VxlanHeader(kind == "wrong VNI" ? 7_777u : 5_000u).Emit(packet[28..]);
        if (kind == "no I flag") packet[28] = 0;
        if (kind == "damaged outer header") packet[8] ^= 0x10;
        WriteInner(packet[36..], victim, new MacAddress(0x02_0000_00ee_eeUL), new Ipv4Address(0x0a01_00f0));
        fabric.Underlay.Inject(host, kind == "cut short" ? packet[..(20 + 6)] : packet);
    }

    private const int InnerSize = EthernetView.Size + 20 + UdpView.Size + PayloadSize;

    private static void WriteInner(Span<byte> frame, SimVm victim, MacAddress sourceMac, Ipv4Address source)
    {
        var to = SimFabric.AddressOf(victim, isIpv6: false).V4;
        new EthernetHeader(MacAddress.Parse(victim.Plan.Mac), sourceMac, EtherType.Ipv4).Emit(frame);
        new Ipv4Header(source, to, IpProtocol.Udp, UdpView.Size + PayloadSize).Emit(frame[EthernetView.Size..]);
        var datagram = frame[(EthernetView.Size + 20)..InnerSize];
        datagram.Clear();
        new UdpHeader(7_000, SimVm.TrapPort, PayloadSize).Emit(datagram);
        UdpHeader.FillChecksum(datagram, source, to);
    }
}
