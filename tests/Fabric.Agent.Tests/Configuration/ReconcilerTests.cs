using System.Text;
using Fabric.Flow;

namespace Fabric.Agent.Tests.Configuration;

/// <summary>What the switch makes of its database (properties C and S of the loop).</summary>
public sealed class ReconcilerTests
{
    private readonly SwitchBench _bench = new();

    public ReconcilerTests() => _bench.AddBridge("br0");

    [Fact]
    public void A_bridge_has_its_own_port_and_an_id_made_of_its_address()
    {
        var row = _bench.Bridge("br0");
        Assert.Equal(_bench.Agent.FindBridge("br0")!.DatapathId.ToString("x16"), row["datapath_id"].Text);
        Assert.Equal(65534, _bench.Number("br0"));
        Assert.Equal("up", _bench.Interface("br0")["link_state"].Text);
        Assert.Equal(_bench.Root["next_cfg"], _bench.Root["cur_cfg"]);
    }

    /// <summary>Names, types and options, and what stock ovs-vswitchd 3.1 says of them.</summary>
    public static TheoryData<string, string, string?> Errors => new()
    {
        { "e1", "\"type\":\"nonsense\"", "could not open network device e1 (Address family not supported by protocol)" },
        { "none", "\"type\":\"\"", "could not open network device none (No such device)" },
        { "e2", "\"type\":\"vxlan\"", "e2: vxlan type requires valid 'remote_ip' argument" },
        { "e4", Options("vxlan", "remote_ip", "bad"), "e4: bad vxlan 'remote_ip'\ne4: vxlan type requires valid 'remote_ip' argument" },
        { "e14", Options("vxlan", "remote_ip", "1.1.1.1", "local_ip", "flow"),
            "e14: vxlan type requires 'remote_ip=flow' with 'local_ip=flow'" },
        { "e15", Options("vxlan", "remote_ip", "224.1.1.1"), "e15: multicast remote_ip=224.1.1.1 not allowed" },
        { "e18", Options("vxlan", "remote_ip", "1.1.1.1", "local_ip", "::2"),
            "e18: 'remote_ip' and 'local_ip' has to be of the same address family" },
        { "e19", "\"type\":\"gre\"", "e19: gre type requires valid 'remote_ip' argument" },
        { "e22", "\"type\":\"patch\"", "e22: patch type requires valid 'peer' argument" },
        { "e23", Options("patch", "peer", "e23"), "e23: patch peer must not be self" },
        { "e26", Options("patch", "peer", "a", "b", "c"), "e26: patch type takes only a 'peer' argument" },
        { "e37", Options("vxlan", "remote_ip", "1.1.1.1", "packet_type", "foo"), "e37: unknown packet_type 'foo'" },
        { "vxlan_sys_4789", "\"type\":\"internal\"", null },
        { "ovs-system", "\"type\":\"internal\"", null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void An_interface_that_cannot_be_set_up_has_number_minus_1_and_the_words_of_OVS(string name, string columns, string? error)
    {
        _bench.AddPort("br0", "good");
        _bench.Vports.TakeAsked();
        _bench.AddPort("br0", name, columns);
        Assert.Equal((-1L, error), (_bench.Number(name), _bench.Error(name)));
        Assert.Equal(1, _bench.Number("good"));
        Assert.Empty(_bench.Vports.TakeAsked());
        _bench.DeletePort("br0", name);
        Assert.Equal(_bench.Root["next_cfg"], _bench.Root["cur_cfg"]);
    }

    [Theory]
    [InlineData("key", "abc")]
    [InlineData("dst_port", "99999")]
    [InlineData("ttl", "300")]
    [InlineData("tos", "abc")]
    [InlineData("foo", "bar")]
    [InlineData("local_ip", "bad")]
    public void Options_that_are_no_options_are_passed_over_as_OVS_does(string option, string value)
    {
        _bench.AddPort("br0", "v1", Options("vxlan", "remote_ip", "1.1.1.1", option, value));
        Assert.Equal((1L, null), (_bench.Number("v1"), _bench.Error("v1")));
    }

    [Fact]
    public void Of_two_tunnels_configured_alike_the_second_fails_and_works_once_the_first_is_gone()
    {
        var options = Options("vxlan", "remote_ip", "9.9.9.9", "key", "1");
        _bench.AddPort("br0", "q1", options);
        _bench.AddPort("br0", "q2", options);
        Assert.Equal((-1L, "could not add network device q2 to ofproto (File exists)"), (_bench.Number("q2"), _bench.Error("q2")));
        _bench.DeletePort("br0", "q1");
        Assert.True(_bench.Number("q2") > 0);
        Assert.Null(_bench.Error("q2"));
        Assert.Equal("vxlan_sys_4789", Assert.Single(_bench.Vports.Ports.Values, port => port.TunnelType is not null).Name);
    }

    [Fact]
    public void Tunnels_of_one_type_share_a_port_of_the_datapath_and_tell_it_whom_to_expect()
    {
        _bench.AddPort("br0", "v1", Options("vxlan", "remote_ip", "9.9.9.9", "key", "1"));
        _bench.AddPort("br0", "v2", Options("vxlan", "remote_ip", "9.9.9.8", "key", "1"));
        Assert.False(Assert.Single(_bench.Vports.Ports.Values, p => p.TunnelType == "vxlan").AcceptsAll);
        Assert.Equal(2, _bench.Vports.Peers.Count);
        _bench.AddPort("br0", "v3", Options("vxlan", "remote_ip", "flow", "key", "flow"));
        Assert.True(Assert.Single(_bench.Vports.Ports.Values, p => p.TunnelType == "vxlan").AcceptsAll);
        _bench.DeletePort("br0", "v3");
        _bench.DeletePort("br0", "v1");
        Assert.False(Assert.Single(_bench.Vports.Ports.Values, p => p.TunnelType == "vxlan").AcceptsAll);
        _bench.DeletePort("br0", "v2");
        Assert.Empty(_bench.Vports.Peers);
        Assert.DoesNotContain(_bench.Vports.Ports.Values, p => p.TunnelType is not null);
    }

    [Fact]
    public void A_patch_port_without_its_peer_has_a_number_and_says_what_is_missing()
    {
        _bench.AddBridge("br1");
        _bench.AddPort("br0", "pa", Options("patch", "peer", "pb"));
        Assert.Equal((1L, "No usable peer 'pb' exists in 'system' datapath."), (_bench.Number("pa"), _bench.Error("pa")));
        _bench.AddPort("br1", "pb", Options("patch", "peer", "pa"));
        Assert.Equal((null, null), (_bench.Error("pa"), _bench.Error("pb")));
        _bench.DeletePort("br1", "pb");
        Assert.Equal("No usable peer 'pb' exists in 'system' datapath.", _bench.Error("pa"));
    }

    [Fact]
    public void Requested_numbers_are_honoured_kept_and_taken_from_whoever_did_not_ask()
    {
        _bench.AddPort("br0", "p1");
        _bench.AddPort("br0", "p2", "\"ofport_request\":77");
        _bench.AddPort("br0", "p3", "\"ofport_request\":77");
        Assert.Equal((1L, 77L, 2L), (_bench.Number("p1"), _bench.Number("p2"), _bench.Number("p3")));
        _bench.SetInterface("p3", "\"ofport_request\":1");
        Assert.Equal((3L, 77L, 1L), (_bench.Number("p1"), _bench.Number("p2"), _bench.Number("p3")));
        Assert.Equal(new OfpPort(1), _bench.Agent.FindBridge("br0")!.FindPort("p3")!.Number);
    }

    [Fact]
    public void A_change_of_one_port_disturbs_no_other()
    {
        for (var i = 1; i <= 5; i++) _bench.AddPort("br0", $"p{i}");
        var before = _bench.Agent.FindBridge("br0")!.Ports.Where(p => p.Name != "p3").ToArray();
        _bench.Vports.TakeAsked();
        _bench.Transact($$"""{"op":"update","table":"Port","where":[["name","==","p3"]],"row":{"tag":5} }""");
        Assert.Empty(_bench.Vports.TakeAsked());
        Assert.Equal((ushort)5, _bench.Agent.FindBridge("br0")!.FindPort("p3")!.Settings.Vlan.Tag);
        _bench.DeletePort("br0", "p3");
        Assert.Equal(["remove p3"], _bench.Vports.TakeAsked());
        Assert.Equal(before, _bench.Agent.FindBridge("br0")!.Ports);
    }

    [Fact]
    public void A_switch_at_rest_writes_nothing()
    {
        _bench.AddPort("br0", "p1");
        var writes = _bench.Writes;
        _bench.Transact("""{"op":"comment","comment":"nothing"}""");
        Assert.Equal(writes + 1, _bench.Writes);
        _bench.Loop.RefreshStatus();
        _bench.Settle();
        Assert.Equal(writes + 1, _bench.Writes);
    }

    [Fact]
    public void The_count_of_configurations_follows_only_when_the_datapath_has_confirmed()
    {
        _bench.Execute($$"""
            [{{SwitchBench.AddPortOperations("br0", "p1", "\"type\":\"\"")}},
            {"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["next_cfg","+=",1]]}]
            """);
        var next = _bench.Root["next_cfg"].Integer;
        Assert.True(_bench.Loop.TryReconcile(_bench.Vports, 0, out var round));
        _bench.Loop.RefreshStatus();
        Assert.True(_bench.Loop.TryTakeWrite(out var early));
        Assert.DoesNotContain("cur_cfg", Encoding.UTF8.GetString(early));
        _bench.Loop.Written(true);
        _bench.Loop.Confirm(round);
        Assert.True(_bench.Loop.TryTakeWrite(out var late));
        Assert.Contains($"\"cur_cfg\":{next}", Encoding.UTF8.GetString(late));
        Assert.Contains("\"ofport\":1", Encoding.UTF8.GetString(late));
    }

    [Fact]
    public void Two_interfaces_make_a_bond_and_one_that_fails_leaves_the_other()
    {
        _bench.Transact("""
            {"op":"insert","table":"Interface","uuid-name":"i1","row":{"name":"m1"} },
            {"op":"insert","table":"Interface","uuid-name":"i2","row":{"name":"m2"} },
            {"op":"insert","table":"Port","uuid-name":"p","row":{"name":"bnd0","bond_mode":"active-backup",
             "interfaces":["set",[["named-uuid","i1"],["named-uuid","i2"]]]} },
            {"op":"mutate","table":"Bridge","where":[["name","==","br0"]],"mutations":[["ports","insert",["named-uuid","p"]]]}
            """);
        var bond = _bench.Agent.FindBridge("br0")!.FindBond("bnd0")!;
        Assert.Equal(["m1", "m2"], bond.Members.Select(m => m.Port.Name));
        Assert.Equal(bond.ActiveMac.ToString(), _bench.Port("bnd0")["bond_active_slave"].Text);
        _bench.SetInterface("m2", "\"type\":\"nonsense\"");
        Assert.Equal((1L, -1L), (_bench.Number("m1"), _bench.Number("m2")));
        Assert.Null(_bench.Agent.FindBridge("br0")!.FindBond("bnd0"));
    }

    [Fact]
    public void Deleting_a_bridge_takes_its_ports_out_of_the_datapath()
    {
        _bench.AddPort("br0", "p1");
        _bench.AddPort("br0", "v1", Options("vxlan", "remote_ip", "flow", "key", "flow"));
        _bench.Transact("""{"op":"update","table":"Open_vSwitch","where":[],"row":{"bridges":["set",[]]} }""");
        Assert.Empty(_bench.Vports.Ports);
        Assert.Empty(_bench.Agent.Bridges);
    }

    [Fact]
    public void Capabilities_are_written_as_soon_as_a_datapath_row_is_there()
    {
        _bench.Transact("""
            {"op":"insert","table":"Datapath","uuid-name":"d","row":{} },
            {"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["datapaths","insert",["map",[["system",["named-uuid","d"]]]]]]}
            """);
        Assert.True(_bench.Database.Table("Datapath").Rows.Single()["capabilities"].TryGet("ct_zero_snat", out var value));
        Assert.Equal("true", value);
        Assert.Equal(("1", 1), (MaxVlanHeaders(), _bench.Agent.VlanLimit));
        _bench.Transact("""{"op":"update","table":"Open_vSwitch","where":[],"row":{"other_config":["map",[["vlan-limit","0"]]]} }""");
        Assert.Equal(("2", 2), (MaxVlanHeaders(), _bench.Agent.VlanLimit));

        string MaxVlanHeaders() =>
            _bench.Database.Table("Datapath").Rows.Single()["capabilities"].TryGet("max_vlan_headers", out var most) ? most : "";
    }

    [Fact]
    public void Knobs_of_sweeps_are_read_as_OVS_reads_them()
    {
        var defaults = new RevalidatorOptions();
        Assert.Equal(500, defaults.SweepIntervalMs);
        Assert.Equal(defaults with { MaxRevalidatorMs = 100, MinRevalidatePps = 0 },
            After("""["max-revalidator","100"],["min-revalidate-pps","0"]"""));
        // Less than 100 leaves it as it was; a number that is none, or is negative, is the default.
        Assert.Equal(defaults with { MaxRevalidatorMs = 100 }, After("""["max-revalidator","99"],["min-revalidate-pps","-1"]"""));
        Assert.Equal(defaults, After("""["max-revalidator","-1"],["max-idle","soon"],["flow-limit","4294967296"]"""));
        Assert.Equal((7, 7), (After("""["max-idle","7"]""").MaxIdleMs, After("""["max-idle","7"]""").SweepIntervalMs));
        Assert.Equal(5, After("""["max-idle","0"]""").SweepIntervalMs);

        RevalidatorOptions After(string knobs)
        {
            _bench.Transact(
                $$"""{"op":"update","table":"Open_vSwitch","where":[],"row":{"other_config":["map",[{{knobs}}]]} }""");
            return _bench.Agent.Revalidator.Options;
        }
    }

    [Fact]
    public void The_hosts_own_interfaces_have_the_address_that_they_are_given()
    {
        const string mac = "aa:55:c0:ff:ee:00";
        _bench.AddPort("br0", "p1", $"\"mac\":\"{mac}\"");
        Assert.NotEqual(mac, _bench.Interface("p1")["mac_in_use"].Text);
        _bench.Transact("""{"op":"update","table":"Interface","where":[["name","==","p1"]],"row":{"type":"internal"} }""");
        Assert.Equal(mac, _bench.Interface("p1")["mac_in_use"].Text);
        _bench.AddPort("br0", "i1", "\"type\":\"internal\",\"mac\":\"01:00:00:00:00:01\"");
        Assert.NotEqual("01:00:00:00:00:01", _bench.Interface("i1")["mac_in_use"].Text);
    }

    [Fact]
    public void The_hosts_own_interfaces_take_the_smallest_MTU_of_the_other_ports()
    {
        Assert.Equal(1500, _bench.Interface("br0")["mtu"].Integer);
        _bench.AddPort("br0", "i1", "\"type\":\"internal\",\"mtu_request\":1400");
        Assert.Equal((1400, 1400), (_bench.Interface("i1")["mtu"].Integer, _bench.Interface("br0")["mtu"].Integer));
        _bench.AddPort("br0", "p1", "\"mtu_request\":1300");
        Assert.Equal(1300, _bench.Interface("br0")["mtu"].Integer);
        _bench.DeletePort("br0", "p1");
        _bench.DeletePort("br0", "i1");
        Assert.Equal(1500, _bench.Interface("br0")["mtu"].Integer);
    }

    private static string Options(string type, params string[] pairs) =>
        $"\"type\":\"{type}\",\"options\":[\"map\",[{string.Join(',', pairs.Chunk(2).Select(p => $"[\"{p[0]}\",\"{p[1]}\"]"))}]]";
}
