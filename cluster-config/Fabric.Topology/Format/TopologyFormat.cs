namespace Fabric.Topology;

/// <summary>
/// The topology file's format, once: <see cref="ShapeCheck"/> judges files by it and <see cref="TopologySchema"/> publishes it, so the two
/// cannot disagree.
/// </summary>
internal static class TopologyFormat
{
    private static readonly ValueRule Datapath = ValueRule.Choice("kernel", "userspace");
    private static readonly ValueRule Offload = ValueRule.Choice("off", "transparent", "explicit");
    private static readonly ValueRule Durability = ValueRule.Choice("batch", "barrier");

    private static readonly ValueRule Defaults = ValueRule.Map(
        new KeyRule("datapath", "Where L3 lives", Datapath),
        new KeyRule("offload", "How flows reach the NIC", Offload),
        new KeyRule("durability", "When a barrier's reply may be sent: once its rules are in force, or saved too", Durability));

    private static readonly ValueRule Underlay = ValueRule.Map(
        new KeyRule("mode", "How outer packets travel", ValueRule.Choice("direct") with { LaterChoices = ["trunk"] }),
        new KeyRule("subnet", "Where VTEP addresses come from, 127.64.0.0/16 when not said", ValueShape.Ipv4Subnet),
        new KeyRule("mtu", "Largest outer IP packet in bytes, 1600 when not said", ValueRule.Integer(1_330, 1_900)),
        KeyRule.Later("fabric", "Leaves, spines and paths between them"));

    private static readonly ValueRule Costs = ValueRule.Map(
        new KeyRule("hostMhz", "Clock of a host core, MHz", ValueRule.Integer(1, 100_000)),
        new KeyRule("hostCores", "Host cores that forward", ValueRule.Integer(1, 1_024)),
        new KeyRule("cardNs", "The card's time per frame", ValueRule.Integer(1, 1_000_000)),
        new KeyRule("l3Cycles", "Host cycles per frame that L3 forwards", ValueRule.Integer(1, 100_000_000)),
        new KeyRule("upcallCycles", "Host cycles per upcall", ValueRule.Integer(1, 100_000_000)),
        new KeyRule("pcieNs", "One crossing of PCIe", ValueRule.Integer(0, 1_000_000)));

    private static readonly ValueRule Pcie = ValueRule.Map(
        new KeyRule("latency", "One way of a control message, such as 5ms; none when under 500us", ValueShape.Duration),
        new KeyRule("insertionRate", "Flows that the card writes in a second; as many as come when not said",
            ValueRule.Integer(1, 100_000_000)),
        new KeyRule("ring", "Places of each ring, 4096 when not said", ValueRule.Integer(64, 1_048_576)),
        new KeyRule("statsPush", "The card reports statistics this often unasked; never when not said", ValueShape.Duration));

    private static readonly ValueRule Nic = ValueRule.Map(
        new KeyRule("exactMatchEntries", "Ceiling of L1, entries", ValueRule.Integer(1, 16_777_216)),
        new KeyRule("eviction", "Which L1 entry is given up when all are taken", ValueRule.Choice("clock", "lru", "random", "none")),
        new KeyRule("rules", "Ceiling of L2, flows", ValueRule.Integer(1, 16_777_216)),
        new KeyRule("masks", "Ceiling of L2, masks", ValueRule.Integer(1, 65_536)),
        new KeyRule("offloads", "Which matches and actions it takes", ValueRule.Choice("agilio-cx", "everything")),
        new KeyRule("statisticsContexts", "Ceiling of L2, flows with statistics", ValueRule.Integer(1, 16_777_216)),
        new KeyRule("pcie", "The channel between host and card", Pcie),
        new KeyRule("costs", "What frames are taken to cost, for modelled figures", Costs),
        new KeyRule("vfs", "Virtual functions, so VMs, of a server", ValueRule.Integer(1, 4_096)),
        new KeyRule("eswitch", "Who forwards: the host's flows, or the NIC by MAC and VLAN", ValueRule.Choice("switchdev", "legacy")),
        new KeyRule("ports", "Rate of each physical port, such as 25G", ValueRule.List(ValueShape.Rate, 1)));

    private static readonly ValueRule Server = ValueRule.Map(
        KeyRule.Required("name", "A name, or a range such as server-{1..4}", ValueShape.NameRange),
        new KeyRule("rack", "The rack it stands in", ValueShape.Name),
        new KeyRule("nic", "A profile of nics; agilio-cx when not said", ValueShape.Name),
        new KeyRule("vtep", "Its tunnel address; from the underlay's subnet when not said", ValueShape.Ipv4Address),
        new KeyRule("datapath", "Where L3 lives", Datapath),
        new KeyRule("offload", "How flows reach the NIC", Offload),
        new KeyRule("durability", "When a barrier's reply may be sent: once its rules are in force, or saved too", Durability));

    private static readonly ValueRule Overlay = ValueRule.Map(
        KeyRule.Required("name", "Name of the virtual network", ValueShape.Name),
        KeyRule.Required("type", "Encapsulation", ValueRule.Choice("vxlan", "geneve") with { LaterChoices = ["nvgre"] }),
        KeyRule.Required("vni", "Virtual network identifier, used once", ValueRule.Integer(1, 0xFF_FFFF)),
        KeyRule.Required("subnet", "One subnet, or a list of an IPv4 and an IPv6 one", ValueRule.OneOrMany(ValueShape.Subnet)),
        new KeyRule("macPrefix", "First three bytes of its VMs' MACs, 02:fa:b0 when not said", ValueShape.MacPrefix));

    private static readonly ValueRule Peer = ValueRule.Map(
        KeyRule.Required("name", "Name of the foreign end point", ValueShape.Name),
        KeyRule.Required("overlay", "The overlay it takes part in", ValueShape.Name),
        KeyRule.Required("vtep", "Its tunnel address", ValueShape.Ipv4Address),
        new KeyRule("behind", "Machines known to live behind it", ValueRule.List(ValueRule.Map(
            KeyRule.Required("mac", "MAC address", ValueShape.Mac),
            new KeyRule("ip", "One address, or a list", ValueRule.OneOrMany(ValueShape.Address))))));

    private static readonly ValueRule Vf = ValueRule.Map(
        new KeyRule("trust", "May the guest change its MAC and see frames of others", ValueShape.Switch),
        new KeyRule("spoofCheck", "Are frames with another source MAC dropped", ValueShape.Switch),
        new KeyRule("vlan", "The VLAN that the guest is in without seeing tags, 0 for none", ValueRule.Integer(0, VfSpec.MaxVlan)),
        new KeyRule("minRate", "What the VF may send whatever the others want", ValueShape.Rate),
        new KeyRule("maxRate", "What the VF may send at most", ValueShape.Rate),
        new KeyRule("mtu", "Largest packet in bytes; longer ones are dropped", ValueRule.Integer(VfSpec.MinMtu, VfSpec.MaxMtu)),
        new KeyRule("link", "Link state: as the physical port's, up or down", ValueRule.Choice("auto", "enable", "disable")));

    private static readonly ValueRule Vm = ValueRule.Map(
        KeyRule.Required("name", "A name, or a range such as web-{1..8}", ValueShape.NameRange),
        new KeyRule("overlay", "The overlay it is attached to; only a refining entry may leave it out", ValueShape.Name),
        new KeyRule("server", "The server it runs on; instead of placement", ValueShape.Name),
        new KeyRule("placement", "How a server is chosen", ValueRule.Choice("spread")),
        new KeyRule("mac", "Its MAC; from its position in the overlay when not said", ValueShape.Mac),
        new KeyRule("ip", "One address or an IPv4 and an IPv6 one; from its position when not said",
            ValueRule.OneOrMany(ValueShape.Address)),
        new KeyRule("vf", "What the host says of its VF", Vf),
        KeyRule.Later("attach", "A TAP device instead of an emulated guest"),
        KeyRule.Later("overlays", "Several virtual functions"));

    private static readonly ValueRule Ovs = ValueRule.Map(
        new KeyRule("flows", "Rules for each bridge, as ovs-ofctl add-flow takes them", ValueRule.ByName(ValueRule.List(ValueShape.Text))),
        KeyRule.Later("vsctl", "Commands of ovs-vsctl"),
        KeyRule.Later("controller", "OpenFlow controller of each bridge"));

    private static readonly ValueRule Check = ValueRule.Verb(
        new KeyRule("pingall", "Every VM of an overlay reaches every other", ValueRule.Map(
            KeyRule.Required("overlay", "The overlay", ValueShape.Name),
            new KeyRule("within", "Time allowed, 10s when not said", ValueShape.Duration))),
        new KeyRule("isolated", "No frame of one of these overlays reaches another", ValueRule.List(ValueShape.Name, 2)),
        new KeyRule("offloaded", "Share of the datapath's flows that the NIC executes", ValueRule.Map(
            KeyRule.Required("server", "A server's name, * for any characters", ValueShape.Pattern),
            KeyRule.Required("share", "A comparison such as \">= 0.99\"", ValueShape.Comparison))));

    public static readonly ValueRule Root = ValueRule.Map(
        KeyRule.Required("name", "Name of the data centre", ValueShape.Name),
        new KeyRule("defaults", "What a server is that says nothing else", Defaults),
        new KeyRule("underlay", "The network between the servers", Underlay),
        new KeyRule("nics", "NIC profiles by name", ValueRule.ByName(Nic)),
        KeyRule.Required("servers", "The servers; a later single name refines one that a range made", ValueRule.List(Server, 1)),
        new KeyRule("overlays", "The virtual networks", ValueRule.List(Overlay)),
        new KeyRule("peers", "Tunnel end points that are not ours", ValueRule.List(Peer)),
        new KeyRule("vms", "The guests; a later single name refines one that a range made", ValueRule.List(Vm)),
        new KeyRule("ovs", "Raw configuration by server", ValueRule.ByName(Ovs)),
        new KeyRule("validate", "What must hold when every server is ready", ValueRule.List(Check)),
        KeyRule.Later("policies", "Who may talk to whom"),
        KeyRule.Later("links", "Impairments of links"));
}
