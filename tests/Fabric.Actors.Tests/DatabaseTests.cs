using Akka.Actor;
using Fabric.Actors.Protocol;

namespace Fabric.Actors.Tests;

/// <summary>The server is what its database says, whatever of it restarts.</summary>
public sealed class DatabaseTests : DatabaseRig
{
    private const string VfColumns = "\"ofport_request\":1";

    [Fact]
    public void The_first_boot_writes_the_plan_and_what_became_of_it()
    {
        StartBoth();
        AwaitFollowed("server-1");
        var vf = Row("server-1", "Interface", "vf0");
        Assert.Equal(1, vf["ofport"].Integer);
        Assert.True(vf["external_ids"].TryGet("iface-id", out var vm));
        Assert.Equal("a-1", vm);
        Assert.Equal(1001, Row("server-1", "Interface", "vxlan0")["ofport"].Integer);
        Assert.Equal("secure", Row("server-1", "Bridge", "br-int")["fail_mode"].Text);
        Assert.Equal(1, Root("server-1")["next_cfg"].Integer);
    }

    [Fact]
    public void Deleting_a_VF_port_stops_its_traffic_and_adding_it_again_brings_it_back()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        DeletePort("server-1", "br-int", "vf0");
        Advance(1_100);
        Assert.Equal(0, Ping("a-1", "10.1.0.2", 3).Received);
        Assert.Equal(0, Ping("a-2", "10.1.0.1", 3).Received);
        AssertPings("a-3", "10.1.0.2");
        AddPort("server-1", "br-int", "vf0", VfColumns);
        Advance(3_000);
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void Changing_one_port_costs_the_others_nothing()
    {
        StartBoth();
        BeginPing("a-1", "10.1.0.2", 100);
        Advance(300);
        AddPort("server-1", "br-int", "tap9", "\"type\":\"internal\"");
        AddPort("server-1", "br-int", "vx9", """ "type":"vxlan","options":["map",[["remote_ip","127.64.0.9"],["key","9"]]] """);
        DeletePort("server-1", "br-int", "tap9");
        DeletePort("server-1", "br-int", "vx9");
        var reply = Await<PingReply>();
        Assert.Equal((100, 100), (reply.Sent, reply.Received));
        AssertConserved();
    }

    [Fact]
    public void An_agent_that_restarts_has_bridges_ports_and_numbers_from_the_database()
    {
        StartBoth();
        AddPort("server-1", "br-int", "tap8", "\"type\":\"internal\"");
        AddPort("server-1", "br-int", "tap9", "\"type\":\"internal\"");
        DeletePort("server-1", "br-int", "tap8");
        var before = Bridge("server-1", "br-int").Ports;
        Break("server-1", "agent");
        AwaitAssert(() => Assert.Equal(before, Bridge("server-1", "br-int").Ports));
        AssertPings("a-1", "10.1.0.2");
        AddPort("server-1", "br-int", "tap8", "\"type\":\"internal\"");
        Assert.Equal(before.Count + 1, Bridge("server-1", "br-int").Ports.Count);
        AssertConserved();
    }

    [Fact]
    public void A_database_that_restarts_is_followed_again()
    {
        StartBoth();
        AwaitFollowed("server-1");
        Break("server-1", "ovsdb");
        AwaitFollowed("server-1");
        AssertPings("a-1", "10.1.0.2");
        AddPort("server-1", "br-int", "tap9", "\"type\":\"internal\"");
        Assert.Contains(Bridge("server-1", "br-int").Ports, port => port.Name == "tap9");
        AwaitAssert(() => Assert.Equal("up", Row("server-1", "Interface", "vf0")["link_state"].Text));
    }

    [Fact]
    public void A_kernel_datapath_or_NIC_that_restarts_gets_all_ports_again()
    {
        StartBoth();
        DeletePort("server-1", "br-int", "vf0");
        foreach (var part in new[] { "kernel", "nic", "kernel" })
        {
            Break("server-1", part);
            Advance(500);
            Assert.Equal(0, Ping("a-1", "10.1.0.2").Received);
            AssertPings("a-3", "10.1.0.2");
            AssertPings("b-1", "10.1.0.2");
        }

        AddPort("server-1", "br-int", "vf0", VfColumns);
        Advance(3_000);
        AssertPings("a-1", "10.1.0.2");
        AssertConserved();
    }

    [Fact]
    public void A_changed_plan_touches_only_rows_that_Fabric_made()
    {
        StartBoth();
        AddPort("server-1", "br-int", "mine", "\"type\":\"internal\"");
        DeletePort("server-1", "br-int", "geneve0");
        var plan = Plans.Of(Topology, "server-1", 2);
        var fewer = plan with { Vms = [.. plan.Vms.Where(vm => vm.Name != "a-3")] };
        Servers["server-1"].Tell(new EnsureServer(fewer), TestActor);
        AwaitReady("server-1", 2);
        AwaitFollowed("server-1");
        var ports = Bridge("server-1", "br-int").Ports.Select(port => port.Name).Order().ToList();
        Assert.Equal(["br-int", "mine", "vf0", "vf2", "vxlan0"], ports);
        Servers["server-1"].Tell(new EnsureServer(plan with { Epoch = 3 }), TestActor);
        AwaitReady("server-1", 3);
        AwaitFollowed("server-1");
        Assert.Contains(Bridge("server-1", "br-int").Ports, port => port.Name == "vf1");
        AssertPings("a-3", "10.1.0.2");
    }

    [Fact]
    public void A_VF_whose_link_goes_is_down_in_the_database_too_and_a_bond_leaves_it()
    {
        StartBoth();
        AwaitFollowed("server-1");
        var (first, second) = (Row("server-1", "Port", "vf0"), Row("server-1", "Port", "vf1"));
        Transact("server-1", $$"""
            {"op":"insert","table":"Port","uuid-name":"b","row":{"name":"b0","bond_mode":"active-backup","interfaces":["set",
              [["uuid","{{Row("server-1", "Interface", "vf0").Id}}"],["uuid","{{Row("server-1", "Interface", "vf1").Id}}"]]]} },
            {"op":"mutate","table":"Bridge","where":[["name","==","br-int"]],"mutations":[["ports","insert",["named-uuid","b"]],
              ["ports","delete",["set",[["uuid","{{first.Id}}"],["uuid","{{second.Id}}"]]]]]}
            """);
        Assert.NotEqual("", ActiveMac());
        var before = ActiveMac();
        var names = new[] { "vf0", "vf1" };
        var active = names.Single(name => Row("server-1", "Interface", name)["mac_in_use"].Text == before);
        Sys.ActorSelection(Servers["server-1"].Path / active).Tell(new SetVfLink(false));
        Advance(6_000);
        AwaitAssert(() =>
        {
            Advance(500);
            Assert.Equal("down", Row("server-1", "Interface", active)["link_state"].Text);
            Assert.Equal(Row("server-1", "Interface", names.Single(n => n != active))["mac_in_use"].Text, ActiveMac());
        });
        AssertConserved();
        string ActiveMac() => Row("server-1", "Port", "b0")["bond_active_slave"].Text ?? "";
    }

    [Fact]
    public void Policing_and_queues_in_the_database_limit_what_a_VF_gets_through()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2");
        Police(rate: 1, burst: 1);
        var limited = Ping("a-1", "10.1.0.2", 20).Received;
        Assert.True(limited < 15, $"{limited} of 20 with a burst of one frame");
        Police(rate: 0, burst: 0);
        AssertPings("a-1", "10.1.0.2", 20);
        var port = Row("server-1", "Port", "vf0").Id;
        Transact("server-1", $$"""
            {"op":"insert","table":"QoS","uuid-name":"q","row":{"type":"linux-htb","other_config":["map",[["max-rate","8000"]]]} },
            {"op":"update","table":"Port","where":[["_uuid","==",["uuid","{{port}}"]]],"row":{"qos":["named-uuid","q"]} }
            """);
        Advance(500);
        BeginPing("a-1", "10.1.0.2", 100);
        Advance(2_000);
        Assert.True(Await<PingReply>().Received < 100, "8 kbit/s carry some ten frames a second, and 3 kB at once");
        Transact("server-1", $$"""
            {"op":"update","table":"Port","where":[["_uuid","==",["uuid","{{port}}"]]],"row":{"qos":["set",[]]} }
            """);
        Advance(3_000);
        AssertPings("a-1", "10.1.0.2", 20);
        AssertConserved();
        void Police(long rate, long burst) => Transact("server-1", $$"""
            {"op":"update","table":"Interface","where":[["name","==","vf0"]],
             "row":{"ingress_policing_rate":{{rate}},"ingress_policing_burst":{{burst}} } }
            """);
    }

    [Fact]
    public void A_patch_between_bridges_carries_frames_and_its_end_stops_them()
    {
        StartBoth();
        AddPort("server-1", "br-int", "pa", Patch("pb"));
        Transact("server-1", """
            {"op":"insert","table":"Interface","uuid-name":"i","row":{"name":"br2","type":"internal"} },
            {"op":"insert","table":"Port","uuid-name":"p","row":{"name":"br2","interfaces":["named-uuid","i"]} },
            {"op":"insert","table":"Bridge","uuid-name":"b","row":{"name":"br2","ports":["named-uuid","p"]} },
            {"op":"mutate","table":"Open_vSwitch","where":[],"mutations":[["bridges","insert",["named-uuid","b"]]]}
            """);
        AddPort("server-1", "br2", "pb", Patch("pa"));
        // A VM's port moves to the second bridge, where NORMAL forwards; the first sends what is for it through the patch.
        DeletePort("server-1", "br-int", "vf0");
        AddPort("server-1", "br2", "vf0", "\"type\":\"\"");
        Assert.Equal(0, Ping("a-1", "10.1.0.2").Received);
        // Long enough for the guest to give up, and for two writes of statistics.
        Advance(15_000);
        AwaitAssert(() => Assert.True(Counter("pb", "tx_packets") > 0));
        var sent = Counter("pb", "tx_packets");
        DeletePort("server-1", "br-int", "pa");
        Ping("a-1", "10.1.0.2");
        Advance(15_000);
        Assert.Equal("No usable peer 'pa' exists in 'system' datapath.", Row("server-1", "Interface", "pb")["error"].Text);
        Assert.Equal(sent, Counter("pb", "tx_packets"));
        AssertConserved();

        long Counter(string name, string counter) =>
            Row("server-1", "Interface", name)["statistics"].TryGet(Fabric.Ovsdb.Atom.String(counter), out var value) ? value.AsInteger : 0;

        static string Patch(string peer) => $"\"type\":\"patch\",\"options\":[\"map\",[[\"peer\",\"{peer}\"]]]";
    }

    [Fact]
    public void A_link_that_goes_down_and_up_shows_in_the_database()
    {
        StartBoth();
        AwaitFollowed("server-1");
        var vf = Sys.ActorSelection(Servers["server-1"].Path / "vf0");
        vf.Tell(new SetVfLink(false));
        AwaitAssert(() => Assert.Equal("down", Row("server-1", "Interface", "vf0")["link_state"].Text));
        Assert.Equal(0, Ping("a-1", "10.1.0.2").Received);
        vf.Tell(new SetVfLink(true));
        AssertPings("a-1", "10.1.0.2");
        AwaitAssert(() => Assert.Equal("up", Row("server-1", "Interface", "vf0")["link_state"].Text));
        Assert.Equal(2, Row("server-1", "Interface", "vf0")["link_resets"].Integer);
        AssertConserved();
    }

    [Fact]
    public void Statistics_are_written_when_they_changed()
    {
        StartBoth();
        AssertPings("a-1", "10.1.0.2", 5);
        Advance(11_000);
        AwaitAssert(() =>
        {
            var rows = new[] { Row("server-1", "Interface", "vf0"), Row("server-1", "Interface", "vxlan0") };
            foreach (var row in rows)
            {
                Assert.True(row["statistics"].TryGet(Fabric.Ovsdb.Atom.String("tx_packets"), out var sent));
                Assert.True(sent.AsInteger >= 5, $"{row["name"]}: {row["statistics"]}");
            }
        });
    }
}
