namespace Fabric.Topology.Tests;

/// <summary>Property T5: each kind of error with its place, its key and what would have been allowed.</summary>
public sealed class ErrorTests
{
    /// <summary>Four lines; what a test adds begins in line 5.</summary>
    private const string Frame = """
        name: x
        servers: [{name: "s{1..2}", nic: n}]
        nics: {n: {vfs: 2}}
        overlays: [{name: o, type: vxlan, vni: 5, subnet: [10.0.0.0/29, "fd00::/64"]}, {name: q, type: geneve, vni: 6, subnet: 10.0.0.0/29}]

        """;

    [Theory]
    [InlineData("colour: red",
        "t.yaml:5:1: colour: unknown key (allowed: name, defaults, underlay, nics, servers, overlays, peers, vms, ovs, validate)")]
    [InlineData("policies: []", "t.yaml:5:1: policies: not supported yet")]
    [InlineData("links: []", "t.yaml:5:1: links: not supported yet")]
    [InlineData("name: y", "t.yaml:5:1: name: the key is already given in line 1")]
    [InlineData("defaults: {datapath: dpdk}",
        "t.yaml:5:22: defaults.datapath: 'dpdk' is not a known value (allowed: kernel, userspace)")]
    [InlineData("defaults: {offload: full}",
        "t.yaml:5:21: defaults.offload: 'full' is not a known value (allowed: off, transparent, explicit)")]
    [InlineData("defaults: {offload: yes}",
        "t.yaml:5:21: defaults.offload: 'yes' is not a known value (allowed: off, transparent, explicit)")]
    [InlineData("defaults: {offload: 1}", "t.yaml:5:21: defaults.offload: '1' is not a known value (allowed: off, transparent, explicit)")]
    [InlineData("defaults: [kernel]", "t.yaml:5:11: defaults: must be a map, not a list")]
    [InlineData("defaults:", "t.yaml:5:10: defaults: must be a map, nothing is given")]
    [InlineData("underlay: {mode: trunk}", "t.yaml:5:18: underlay.mode: 'trunk' is not supported yet (allowed: direct)")]
    [InlineData("underlay: {fabric: {leaves: 2}}", "t.yaml:5:12: underlay.fabric: not supported yet")]
    [InlineData("underlay: {mtu: 10}", "t.yaml:5:17: underlay.mtu: '10' is not a whole number in range (allowed: 1330 to 1900)")]
    [InlineData("underlay: {mtu: 1.5}", "t.yaml:5:17: underlay.mtu: '1.5' is not a whole number in range (allowed: 1330 to 1900)")]
    [InlineData("underlay: {subnet: 'fd00::/64'}",
        "t.yaml:5:20: underlay.subnet: 'fd00::/64' is not an IPv4 subnet; an IPv6 underlay is not supported yet")]
    [InlineData("underlay: {subnet: 127.64.0.1/16}",
        "t.yaml:5:20: underlay.subnet: '127.64.0.1/16' has bits behind its prefix; the subnet is 127.64.0.0/16")]
    [InlineData("underlay: {subnet: 127.64.0.0}",
        "t.yaml:5:20: underlay.subnet: '127.64.0.0' is not a subnet such as 10.1.0.0/24 or fd00:6::/64")]
    [InlineData("vms: [{name: v}]", "t.yaml:5:14: vms[0]: the key 'overlay' is missing (allowed: o, q)")]
    [InlineData("vms: [{overlay: o}]", "t.yaml:5:7: vms[0]: the key 'name' is missing")]
    [InlineData("vms: [{name: v, overlay: z}]", "t.yaml:5:26: vms[0].overlay: there is no overlay 'z' (allowed: o, q)")]
    [InlineData("vms: [{name: v, overlay: o, server: s9}]", "t.yaml:5:37: vms[0].server: there is no server 's9' (allowed: s1, s2)")]
    [InlineData("vms: [{name: v, overlay: o, server: s1, placement: spread}]",
        "t.yaml:5:52: vms[0].placement: server and placement exclude each other: give one")]
    [InlineData("vms: [{name: v, overlay: o, attach: tap}]", "t.yaml:5:29: vms[0].attach: not supported yet")]
    [InlineData("vms: [{name: v, overlay: o, vf: {trust: maybe}}]",
        "t.yaml:5:41: vms[0].vf.trust: 'maybe' is neither yes nor no (allowed: true, false, on, off)")]
    [InlineData("vms: [{name: v, overlay: o, vf: {vlan: 4095}}]",
        "t.yaml:5:40: vms[0].vf.vlan: '4095' is not a whole number in range (allowed: 0 to 4094)")]
    [InlineData("vms: [{name: v, overlay: o, vf: {mtu: 9000}}]",
        "t.yaml:5:39: vms[0].vf.mtu: '9000' is not a whole number in range (allowed: 68 to 1900)")]
    [InlineData("vms: [{name: v, overlay: o, vf: {link: up}}]",
        "t.yaml:5:40: vms[0].vf.link: 'up' is not a known value (allowed: auto, enable, disable)")]
    [InlineData("vms: [{name: v, overlay: o, vf: {qos: 1}}]",
        "t.yaml:5:34: vms[0].vf.qos: unknown key (allowed: trust, spoofCheck, vlan, minRate, maxRate, mtu, link)")]
    [InlineData("vms: [{name: v, overlay: o, vf: {minRate: 2G, maxRate: 1G}}]",
        "t.yaml:5:43: vms[0].vf.minRate: 2G is above the VF's maxRate")]
    [InlineData("vms: [{name: 'v{1..2}', overlay: o, server: s1, vf: {minRate: 20G}}]",
        "t.yaml:5:63: vms[0].vf.minRate: the VFs of 's1' are promised more than the 25000M of its NIC's first port")]
    [InlineData("vms: [{name: v, overlays: [o]}]", "t.yaml:5:17: vms[0].overlays: not supported yet")]
    [InlineData("vms: [{name: s1, overlay: o}]", "t.yaml:5:14: vms[0].name: the name 's1' is already that of a server in line 2")]
    [InlineData("vms: [{name: v, overlay: o}, {name: v, overlay: o}]",
        "t.yaml:5:37: vms[1].name: the VM 'v' is already declared in line 5")]
    [InlineData("vms: [{name: 'v{3..1}', overlay: o}]", "t.yaml:5:14: vms[0].name: the range 'v{3..1}' ends before it begins")]
    [InlineData("vms: [{name: 'v{1..}', overlay: o}]", "t.yaml:5:14: vms[0].name: 'v{1..}' is not a range such as server-{1..4}")]
    [InlineData("vms: [{name: 'v{1..99999}', overlay: o}]",
        "t.yaml:5:14: vms[0].name: the range 'v{1..99999}' makes more than 10000 names")]
    [InlineData("vms: [{name: -v, overlay: o}]",
        "t.yaml:5:14: vms[0].name: '-v' is not a name: 1 to 63 letters, digits, '-', '_' and '.', a letter or digit first")]
    [InlineData("vms: [{name: v, overlay: o, ip: 10.0.0.8}]",
        "t.yaml:5:33: vms[0].ip: 10.0.0.8 is not a host address of the overlay 'o' (allowed: 10.0.0.0/29, fd00::/64)")]
    [InlineData("vms: [{name: v, overlay: o, ip: 10.0.0.7}]",
        "t.yaml:5:33: vms[0].ip: 10.0.0.7 is not a host address of the overlay 'o' (allowed: 10.0.0.0/29, fd00::/64)")]
    [InlineData("vms: [{name: v, overlay: q, ip: 'fd00::1'}]",
        "t.yaml:5:33: vms[0].ip: fd00::1 is not a host address of the overlay 'q' (allowed: 10.0.0.0/29)")]
    [InlineData("vms: [{name: v, overlay: o, ip: 10.1}]", "t.yaml:5:33: vms[0].ip: '10.1' is not an IPv4 or IPv6 address")]
    [InlineData("vms: [{name: v, overlay: o, ip: [10.0.0.1, 10.0.0.2]}]", "t.yaml:5:44: vms[0].ip[1]: a VM has at most one IPv4 address")]
    [InlineData("vms: [{name: v, overlay: o, ip: 10.0.0.1}, {name: w, overlay: o, ip: 10.0.0.1}]",
        "t.yaml:5:70: vms[1].ip: 10.0.0.1 is already the address of 'v' in the overlay 'o'")]
    [InlineData("vms: [{name: v, overlay: o, mac: '02:00:00:00:00:01'}, {name: w, overlay: o, mac: '02:00:00:00:00:01'}]",
        "t.yaml:5:83: vms[1].mac: the MAC 02:00:00:00:00:01 is already that of 'v' in the overlay 'o'")]
    [InlineData("vms: [{name: v, overlay: o, mac: '03:00:00:00:00:01'}]",
        "t.yaml:5:34: vms[0].mac: '03:00:00:00:00:01' is not the MAC address of a machine such as 02:fa:b0:00:00:01")]
    [InlineData("vms: [{name: 'v{1..5}', overlay: o}]",
        "t.yaml:5:14: vms[0].name: no room for the VM 'v5': the NICs of all 2 servers have 4 VFs, all taken")]
    [InlineData("vms: [{name: 'v{1..3}', overlay: o, server: s1}]",
        "t.yaml:5:45: vms[0].server: no room for the VM 'v3': the NIC of 's1' has 2 VFs, all taken")]
    [InlineData("peers: [{name: p, overlay: o, vtep: 127.64.0.300}]", "t.yaml:5:37: peers[0].vtep: '127.64.0.300' is not an IPv4 address")]
    [InlineData("peers: [{name: p, overlay: o, vtep: 224.0.0.1}]",
        "t.yaml:5:37: peers[0].vtep: 224.0.0.1 is not an address that a host may have")]
    [InlineData("peers: [{name: p, overlay: o}]", "t.yaml:5:9: peers[0]: the key 'vtep' is missing")]
    [InlineData("peers: [{name: p, overlay: o, vtep: 10.9.0.1}, {name: r, overlay: o, vtep: 10.9.0.1}]",
        "t.yaml:5:76: peers[1].vtep: 10.9.0.1 is already the peer 'p' of the overlay 'o'")]
    [InlineData("peers: [{name: p, overlay: o, vtep: 10.9.0.1, behind: [{mac: '02:00:00:00:00:01', ip: 9.9.9.9}]}]",
        "t.yaml:5:87: peers[0].behind[0].ip: 9.9.9.9 is not a host address of the overlay 'o' (allowed: 10.0.0.0/29, fd00::/64)")]
    [InlineData("ovs: {s9: {flows: {br-int: []}}}", "t.yaml:5:7: ovs.s9: there is no server 's9' (allowed: s1, s2)")]
    [InlineData("ovs: {s1: {vsctl: []}}", "t.yaml:5:12: ovs.s1.vsctl: not supported yet")]
    [InlineData("ovs: {s1: {controller: {}}}", "t.yaml:5:12: ovs.s1.controller: not supported yet")]
    [InlineData("ovs: {'s{1..2}': {}}", "t.yaml:5:7: ovs.s{1..2}: 's{1..2}' must be one name, not a range")]
    [InlineData("ovs: {s1: {flows: {br-int: [[]]}}}", "t.yaml:5:29: ovs.s1.flows.br-int[0]: must be a single value, not a list")]
    [InlineData("validate: [{pingall: {overlay: z}}]", "t.yaml:5:32: validate[0].pingall.overlay: there is no overlay 'z' (allowed: o, q)")]
    [InlineData("validate: [{pingall: {overlay: o, within: 10}}]",
        "t.yaml:5:43: validate[0].pingall.within: '10' is not a time such as 50us, 5ms, 10s or 2m")]
    [InlineData("validate: [{isolated: [o]}]", "t.yaml:5:23: validate[0].isolated: must have at least 2 items, not 1")]
    [InlineData("validate: [{isolated: [o, o]}]", "t.yaml:5:27: validate[0].isolated[1]: the overlay 'o' is given twice")]
    [InlineData("validate: [{offloaded: {server: 'x*', share: '>= 1'}}]",
        "t.yaml:5:33: validate[0].offloaded.server: no server matches 'x*' (allowed: s1, s2)")]
    [InlineData("validate: [{offloaded: {server: '*', share: most}}]",
        "t.yaml:5:45: validate[0].offloaded.share: 'most' is not a comparison such as '>= 0.99' or '< 5%'")]
    [InlineData("validate: [{reachable: {}}]", "t.yaml:5:13: validate[0].reachable: unknown key (allowed: pingall, isolated, offloaded)")]
    [InlineData("validate: [{isolated: [o, q], pingall: {overlay: o}}]",
        "t.yaml:5:12: validate[0]: must have exactly one key, not 2 (allowed: pingall, isolated, offloaded)")]
    [InlineData("--- {}", "t.yaml:5:1: a second document: a topology file has one")]
    [InlineData("vms: &v []", "t.yaml:5:6: vms: anchors are not allowed: write the value out")]
    [InlineData("vms: *v", "t.yaml:5:6: vms: aliases are not allowed: write the value out")]
    [InlineData("vms: !include other.yaml", "t.yaml:5:6: vms: the tag !include is not allowed")]
    [InlineData("? [a]\n: b", "t.yaml:5:3: a key must be a plain word")]
    [InlineData("vms: [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
        "t.yaml:5:22: vms[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: nested deeper than 16 levels")]
    public void Each_error_names_its_place_key_and_allowed_values(string added, string error) =>
        Assert.Equal([error], Load.Invalid(Frame + added));

    [Theory]
    [InlineData("", "t.yaml:1:1: the file is empty")]
    [InlineData("# nothing", "t.yaml:1:1: the file is empty")]
    [InlineData("[]", "t.yaml:1:1: must be a map, not a list")]
    [InlineData("name: x", "t.yaml:1:1: the key 'servers' is missing")]
    [InlineData("name: x\nservers: []", "t.yaml:2:10: servers: must have at least 1 item, not 0")]
    [InlineData("name: [\nservers", "t.yaml:1:7: not YAML from here on")]
    [InlineData("name: x\nservers: [{name: s, nic: big}]",
        "t.yaml:2:26: servers[0].nic: there is no NIC profile 'big' (allowed: agilio-cx)")]
    [InlineData("name: x\nservers: [{name: s, durability: never}]",
        "t.yaml:2:33: servers[0].durability: 'never' is not a known value (allowed: batch, barrier)")]
    [InlineData("name: x\nservers: [{name: s, vtep: 10.0.0.1}, {name: r, vtep: 10.0.0.1}]",
        "t.yaml:2:54: servers[1].vtep: the VTEP address 10.0.0.1 is already that of 's'")]
    [InlineData("name: x\nunderlay: {subnet: 10.0.0.0/30}\nservers: [{name: 's{1..3}'}]",
        "t.yaml:3:18: servers[0].name: the underlay's subnet 10.0.0.0/30 has room for 2 VTEPs, too few for 3 servers")]
    [InlineData("name: x\nservers: [{name: s}]\nnics: {n: {eviction: fifo}}",
        "t.yaml:3:22: nics.n.eviction: 'fifo' is not a known value (allowed: clock, lru, random, none)")]
    [InlineData("name: x\nservers: [{name: s}]\nnics: {n: {eswitch: veb}}",
        "t.yaml:3:21: nics.n.eswitch: 'veb' is not a known value (allowed: switchdev, legacy)")]
    [InlineData("name: x\nservers: [{name: s}]\nnics: {n: {ports: [fast]}}",
        "t.yaml:3:20: nics.n.ports[0]: 'fast' is not a bit rate such as 100M or 25G")]
    [InlineData("name: x\nservers: [{name: s}]\noverlays: [{name: o, type: nvgre, vni: 1, subnet: 10.0.0.0/8}]",
        "t.yaml:3:28: overlays[0].type: 'nvgre' is not supported yet (allowed: vxlan, geneve)")]
    [InlineData("name: x\nservers: [{name: s}]\noverlays: [{name: o, type: vxlan, vni: 16777216, subnet: 10.0.0.0/8}]",
        "t.yaml:3:40: overlays[0].vni: '16777216' is not a whole number in range (allowed: 1 to 16777215)")]
    [InlineData("name: x\nservers: [{name: s}]\noverlays: [{name: o, type: vxlan, vni: 1, subnet: [10.0.0.0/8, 11.0.0.0/8]}]",
        "t.yaml:3:64: overlays[0].subnet[1]: an overlay has at most one IPv4 subnet")]
    [InlineData("name: x\nservers: [{name: s}]\noverlays: [{name: o, type: vxlan, vni: 1, subnet: 10.0.0.1/32}]",
        "t.yaml:3:51: overlays[0].subnet: the subnet 10.0.0.1/32 has no address for a VM")]
    [InlineData("name: x\nservers: [{name: s}]\noverlays: [{name: o, type: vxlan, vni: 1, subnet: 10.0.0.0/8, macPrefix: '01:02:03'}]",
        "t.yaml:3:74: overlays[0].macPrefix: '01:02:03' is not three bytes such as 02:fa:b0, the first of them even")]
    [InlineData("name: x\nservers: [{name: s}]\noverlays: [{name: o, type: vxlan, vni: 1, subnet: 10.0.0.0/8}, " +
        "{name: q, type: geneve, vni: 1, subnet: 10.0.0.0/8}]",
        "t.yaml:3:93: overlays[1].vni: the VNI 1 is already that of the overlay 'o'")]
    [InlineData("name: x\nservers: [{name: s}]\noverlays: [{name: o, type: vxlan, vni: 1, subnet: 10.0.0.0/30}]\n" +
        "vms: [{name: 'v{1..3}', overlay: o}]",
        "t.yaml:4:14: vms[0].name: the subnet 10.0.0.0/30 of the overlay 'o' has room for 2 VMs, too few for 3")]
    public void So_does_each_error_of_a_whole_file(string text, string error) => Assert.Equal([error], Load.Invalid(text));

    [Fact]
    public void All_errors_are_told_in_the_order_of_the_text()
    {
        var errors = Load.Invalid(Frame + """
            vms:
              - {name: v, overlay: z, colour: red}
              - {name: w, overlay: o, ip: 1.2.3.4}
            policies: []
            validate: [{isolated: [o, z]}]
            """);
        Assert.Equal(
            ["t.yaml:6:24: vms[0].overlay", "t.yaml:6:27: vms[0].colour", "t.yaml:7:31: vms[1].ip", "t.yaml:8:1: policies",
                "t.yaml:9:27: validate[0].isolated[1]"],
            errors.Select(e => string.Join(": ", e.Split(": ")[..2])));
    }

    [Fact]
    public void An_error_of_a_range_is_told_once() =>
        Assert.Equal(
            ["t.yaml:5:34: vms[0].overlay: there is no overlay 'z' (allowed: o, q)"],
            Load.Invalid(Frame + "vms: [{name: 'v{1..4}', overlay: z}]"));

    [Fact]
    public void A_text_over_the_cap_is_refused_unread() =>
        Assert.Equal(
            [$"t.yaml:1:1: the file has {TopologyFile.MaxSize + 1} characters, more than the {TopologyFile.MaxSize} a topology may have"],
            Load.Invalid(new string('[', TopologyFile.MaxSize + 1)));

    [Fact]
    public void A_short_text_cannot_make_an_endless_topology()
    {
        string ranges = string.Join(", ", Enumerable.Range(0, 3).Select(i => $"{{name: 'x{i}-{{1..9999}}'}}"));
        Assert.Contains(Load.Invalid($"name: x\nservers: [{ranges}]"), e => e.EndsWith("more than 20000 names in servers"));
    }
}
