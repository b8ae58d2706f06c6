namespace Fabric.Topology.Tests;

/// <summary>Placement, allocation and refinement: properties T1 to T3.</summary>
public sealed class ResolutionTests
{
    private const string Frame = """
        name: x
        servers: [{name: "s{1..3}"}]
        overlays:
          - {name: o, type: vxlan, vni: 5, subnet: 10.0.0.0/24}
          - {name: q, type: geneve, vni: 6, subnet: 10.0.0.0/24, macPrefix: "06:AA:00"}

        """;

    [Fact]
    public void The_same_text_gives_the_same_topology() =>
        Assert.True(TopologyJson.AreEqual(Load.Valid(Repository.Quickstart), Load.Valid(Repository.Quickstart)));

    [Fact]
    public void A_later_single_name_refines_one_of_a_range()
    {
        var t = Load.Valid("""
            name: x
            nics: {n: {vfs: 2}}
            servers:
              - {name: "s{1..3}", rack: a, nic: n}
              - {name: s2, rack: b, vtep: 10.9.0.1}
            """);
        Assert.Equal(["a", "b", "a"], t.Servers.Select(s => s.Rack));
        Assert.Equal(["127.64.0.1", "10.9.0.1", "127.64.0.3"], t.Servers.Select(s => s.Vtep.ToString()));
        Assert.All(t.Servers, s => Assert.Equal("n", s.Nic));
    }

    [Fact]
    public void A_refined_vm_may_be_pinned_though_the_range_is_spread()
    {
        var t = Load.Valid(Frame + """
            vms:
              - {name: "v{1..3}", overlay: o, placement: spread}
              - {name: v1, server: s3, ip: 10.0.0.2, mac: "02:FA:B0:00:00:02"}
            """);
        Assert.Equal([("v1", "s3"), ("v2", "s1"), ("v3", "s2")], t.Vms.Select(v => (v.Name, v.Server)));

        // v1 took v2's place: v2 goes behind them all, v3 does not move.
        Assert.Equal(["10.0.0.2", "10.0.0.4", "10.0.0.3"], t.Vms.Select(v => v.Ipv4!.ToString()));
        Assert.Equal(["02:fa:b0:00:00:02", "02:fa:b0:00:00:04", "02:fa:b0:00:00:03"], t.Vms.Select(v => v.Mac));
    }

    [Fact]
    public void A_VF_is_what_the_file_says_of_it_and_else_as_a_VF_just_made()
    {
        var t = Load.Valid(Frame + """
            vms:
              - {name: v1, overlay: o}
              - {name: v2, overlay: o, vf: {trust: true, spoofCheck: on, vlan: 7, minRate: 1M, maxRate: 1G, mtu: 1400, link: enable}}
            """);
        Assert.Equal(new VfSpec(), t.Vms[0].Function);
        Assert.Equal(
            new VfSpec
            {
                Trust = true, SpoofCheck = true, Vlan = 7, MinRate = 1_000_000, MaxRate = 1_000_000_000, Mtu = 1400, Link = VfLink.Enable,
            }, t.Vms[1].Function);
        Assert.Equal(EswitchKind.Switchdev, t.Nics[0].Eswitch);
    }

    [Fact]
    public void Only_what_a_range_made_can_be_refined_and_only_once()
    {
        Assert.Single(Load.Invalid("name: x\nservers: [{name: s1}, {name: s1, rack: b}]"));
        Assert.Single(Load.Invalid("name: x\nservers: [{name: 's{1..2}'}, {name: s1, rack: b}, {name: s1, rack: c}]"));
        Assert.Single(Load.Invalid("name: x\nservers: [{name: s1}, {name: 's{1..2}'}]"));
    }

    [Fact]
    public void Each_overlay_is_spread_from_the_first_server_on()
    {
        var t = Load.Valid(Frame + "vms: [{name: 'v{1..4}', overlay: o}, {name: 'w{1..2}', overlay: q}]");
        Assert.Equal(["s1", "s2", "s3", "s1", "s1", "s2"], t.Vms.Select(v => v.Server));
        Assert.Equal([0, 0, 0, 1, 2, 1], t.Vms.Select(v => v.Vf));
        Assert.Equal("06:aa:00:00:00:01", t.FindVm("w1")!.Mac);
        Assert.Equal("10.0.0.1", t.FindVm("w1")!.Ipv4!.ToString());
    }

    [Fact]
    public void A_full_nic_is_passed_over()
    {
        var t = Load.Valid("""
            name: x
            nics: {n: {vfs: 1}}
            servers: [{name: s1, nic: n}, {name: s2}]
            overlays: [{name: o, type: vxlan, vni: 5, subnet: 10.0.0.0/24}]
            vms: [{name: "v{1..4}", overlay: o}]
            """);
        Assert.Equal(["s1", "s2", "s2", "s2"], t.Vms.Select(v => v.Server));
        Assert.Equal(["n", "agilio-cx"], t.Nics.Select(n => n.Name));
    }

    [Fact]
    public void A_full_subnet_is_filled_to_its_last_address()
    {
        var t = Load.Valid("""
            name: x
            servers: [{name: s1}]
            overlays: [{name: o, type: vxlan, vni: 5, subnet: 10.0.0.0/30}]
            vms: [{name: v1, overlay: o, ip: 10.0.0.2}, {name: v2, overlay: o}]
            """);
        Assert.Equal(["10.0.0.2", "10.0.0.1"], t.Vms.Select(v => v.Ipv4!.ToString()));
    }

    [Fact]
    public void A_vtep_is_never_that_of_a_peer()
    {
        var t = Load.Valid(Frame + "peers: [{name: p, overlay: o, vtep: 127.64.0.2, behind: [{mac: '02:00:00:00:00:01', ip: 10.0.0.1}]}]");
        Assert.Equal(["127.64.0.1", "127.64.0.4", "127.64.0.3"], t.Servers.Select(s => s.Vtep.ToString()));
        Assert.Equal("p", Assert.Single(t.PeersOf("o")).Name);
    }

    [Fact]
    public void Ranges_may_keep_their_width() =>
        Assert.Equal(["s08", "s09", "s10"], Load.Valid("name: x\nservers: [{name: 's{08..10}'}]").Servers.Select(s => s.Name));

    [Fact]
    public void Rules_keep_their_place()
    {
        var t = Load.Valid(Frame + "ovs:\n  s1:\n    flows:\n      br-int:\n        - \"table=0,actions=NORMAL\"\n");
        var rules = Assert.Single(t.RulesOf("s1"));
        Assert.Equal("br-int", rules.Bridge);
        Assert.Equal(new RuleLine { Text = "table=0,actions=NORMAL", Line = 10, Column = 11 }, Assert.Single(rules.Rules));
    }

    [Fact]
    public void Offload_follows_the_defaults_unless_a_server_says_otherwise()
    {
        var t = Load.Valid("name: x\ndefaults: {offload: off}\nservers: [{name: s1}, {name: s2, offload: transparent}]");
        Assert.Equal([OffloadMode.Off, OffloadMode.Transparent], t.Servers.Select(s => s.Offload));
    }

    [Fact]
    public void Each_mode_can_be_asked_for()
    {
        var t = Load.Valid(
            "name: x\ndefaults: {datapath: userspace}\nservers: [{name: s1, offload: explicit}, {name: s2, datapath: kernel}]");
        Assert.Equal([(DatapathKind.Userspace, OffloadMode.Explicit), (DatapathKind.Kernel, OffloadMode.Transparent)],
            t.Servers.Select(s => (s.Datapath, s.Offload)));
    }

    [Fact]
    public void Json_is_yaml_too() =>
        Assert.Equal("s", Load.Valid("""{"name": "x", "servers": [{"name": "s"}]}""").Servers[0].Name);
}
