using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>
/// The texts expected were recorded from Debian's ovs-vswitchd 3.1.0 (<c>--enable-dummy=system</c>) with the configuration of
/// <see cref="SwitchBench"/>, by <c>ovs-appctl</c>.
/// </summary>
public class SwitchCommandTests
{
    private readonly SwitchBench _switch = new();

    [Theory]
    [InlineData("nope", "! \"nope\" is not a valid command (use \"list-commands\" to see a list of valid commands)")]
    [InlineData("fdb/show", "! \"fdb/show\" command requires at least 1 arguments")]
    [InlineData("version a", "! \"version\" command takes at most 0 arguments")]
    [InlineData("version", "ovs-vswitchd (Open vSwitch) 3.1.0")]
    [InlineData("fdb/show nobr", "! no such bridge")]
    [InlineData("fdb/add br0 px 0 50:54:00:00:00:78", "! software error, odp port is present but no ofp port")]
    [InlineData("fdb/add br0 p1 0 zz", "! bad MAC address")]
    [InlineData("fdb/del br0 0 50:54:00:00:00:79", "! could not find static mac entry")]
    [InlineData("fdb/flush", "table successfully flushed")]
    [InlineData("mdb/show br0", "! multicast snooping is disabled")]
    [InlineData("bridge/dump-flows nobr", "! Unknown bridge")]
    [InlineData("coverage/read-counter xxx", "! No such counter")]
    [InlineData("dpctl/dump-dps", "system@ovs-system\n")]
    [InlineData("dpctl/dump-flows type=xx", "! ovs-vswitchd: Failed to parse type (xx) (Invalid argument)\n")]
    [InlineData("dpctl/dump-flows type=offloaded", "")]
    [InlineData("dpctl/dump-flows nodp", "! ovs-vswitchd: datapath not found (Invalid argument)\n")]
    [InlineData("dpctl/dump-flows -z", "! Unrecognized option -z")]
    [InlineData("dpctl/dump-flows --zz", "! Unrecognized option --zz")]
    [InlineData("dpctl/get-flow zz", "ovs-vswitchd: parsing flow ufid\n")]
    [InlineData("dpctl/get-flow ufid:00000000-0000-0000-0000-000000000001", "! ovs-vswitchd: getting flow (No such file or directory)\n")]
    [InlineData("dpctl/show nodp", "! ovs-vswitchd: opening datapath nodp failed (No such device)\n")]
    [InlineData("dpctl/offload-stats-show", "! ovs-vswitchd: retrieving offload statistics (Invalid argument)\n")]
    [InlineData("dpctl/parse-actions output:1", "! ovs-vswitchd: odp_actions_from_string (Invalid argument)\n")]
    [InlineData("dpif/dump-flows nobr", "! no such bridge")]
    [InlineData("dpif/set-dp-features br0 xxx true", "Unexpected support field")]
    [InlineData("dpif/set-dp-features br0 ufid zzz", "Boolean value expected")]
    [InlineData("dpif/set-dp-features br0 ufid", "ufid (Ufid) : [run time]:true, [boot time]:true\n")]
    [InlineData("dpif/dump-dps", "system@br0\nsystem@br1\n")]
    [InlineData("dpif-netdev/pmd-stats-show", "! please specify an existing datapath")]
    [InlineData("dpif-netdev/pmd-rxq-show a b c d e f", "! \"dpif-netdev/pmd-rxq-show\" command takes at most 5 arguments")]
    [InlineData("bond/show p1", "! no such bond")]
    [InlineData("bond/hash 50:54:00:00:00:09", "86")]
    [InlineData("bond/hash 50:54:00:00:00:09 3 7", "228")]
    [InlineData("bond/hash zz", "! invalid mac")]
    [InlineData("bond/hash 50:54:00:00:00:09 xx", "! invalid vlan")]
    [InlineData("bfd/show p1", "! no such bfd object")]
    [InlineData("cfm/set-fault zz", "! unknown fault string")]
    [InlineData("rstp/tcn", "OK")]
    [InlineData("qos/show p2", "QoS not configured on p2\n")]
    [InlineData("qos/show-types p1", "No QoS types supported for interface: p1\n")]
    [InlineData("qos/show nop", "! no such interface")]
    [InlineData("tnl/neigh/set br0 zz 00:11:22:33:44:55", "! bad IP address")]
    [InlineData("tnl/neigh/aging 4000", "! bad aging value")]
    [InlineData("tnl/arp/aging", "900")]
    [InlineData("tnl/egress_port_range a b", "Invalid min.")]
    [InlineData("tnl/ports/show",
        "Listening ports:\ngenev_sys_6081 (6081) ref_cnt=1\nvxlan_sys_4789 (4789) ref_cnt=1\ngre_sys (2) ref_cnt=1\n")]
    [InlineData("ofproto/trace nobr in_port=1", "! nobr: unknown bridge")]
    [InlineData("ofproto/trace br0 in_port=1 --foo", "! --foo: unknown option")]
    [InlineData("ovs/route/lookup 99.1.1.1", "! Not found")]
    [InlineData("ovs/route/add 1.2.3.0/24 br0", "! Error while inserting route.")]
    [InlineData("ovs/route/add 1.2.3.0/24 br0 zz", "! Invalid pkt_mark or gateway")]
    [InlineData("upcall/set-flow-limit zz", "set flow_limit to 0\n")]
    [InlineData("upcall/disable-ufid", "Datapath dumping tersely using UFID disabled")]
    [InlineData("vlog/set zz", "! no destination, level, or module \"zz\"")]
    [InlineData("vlog/set vlog:file:syslog", "! cannot specify multiple destinations")]
    [InlineData("vlog/disable-rate-limit zz", "! unknown module")]
    [InlineData("memory/show", "handlers:1 ports:11 revalidators:1 rules:10")]
    public void A_command_says_what_OVS_says(string line, string text) => Assert.Equal(text, _switch.Run(line));

    [Fact]
    public void Dpif_show_lists_bridges_and_ports_by_name() => Assert.Equal("""
        system@ovs-system: hit:0 missed:2
          br0:
            b1 21/5: (dummy)
            b2 22/6: (dummy)
            br0 65534/100: (dummy-internal)
            gn0 11/6081: (geneve: key=flow, remote_ip=flow)
            gre0 12/2: (gre: csum=true, local_ip=192.0.2.1, remote_ip=192.0.2.3)
            p1 1/1: (dummy)
            p2 2/4: (dummy)
            pa 5/none: (patch: peer=pb)
            vx0 10/4789: (vxlan: key=42, remote_ip=192.0.2.2)
          br1:
            br1 65534/101: (dummy-internal)
            pb 5/none: (patch: peer=pa)

        """, _switch.Run("dpif/show"));

    [Fact]
    public void Dpctl_show_has_each_port_and_its_counters()
    {
        Assert.StartsWith("system@ovs-system:\n  lookups: hit:0 missed:2 lost:0\n  flows: 2\n  port 0: ovs-system (dummy-internal)\n"
            + "  port 1: p1 (dummy)\n  port 2: gre_sys (gre: packet_type=ptap)\n", _switch.Run("dpctl/show"), StringComparison.Ordinal);
        Assert.Contains("  port 1: p1 (dummy)\n    RX packets:1 errors:? dropped:? overruns:? frame:?\n"
            + "    TX packets:1 errors:? dropped:? aborted:? carrier:?\n    collisions:?\n    RX bytes:106  TX bytes:54\n",
            _switch.Run("dpctl/show -s"), StringComparison.Ordinal);
    }

    [Fact]
    public void Flows_are_dumped_with_numbers_or_names_and_filtered()
    {
        const string First =
            "recirc_id(0),in_port(1),packet_type(ns=0,id=0),eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a),eth_type(0x0800),"
            + "ipv4(tos=0/0x3,frag=no), packets:0, bytes:0, used:never, actions:4\n";
        var all = _switch.Run("dpctl/dump-flows");
        Assert.StartsWith("flow-dump from the main thread:\n" + First, all, StringComparison.Ordinal);
        Assert.Equal(all, _switch.Run("dpctl/dump-flows ovs-system type=non-offloaded,ovs"));
        Assert.Equal(all, _switch.Run("dpctl/dump-flows filter=tcp"));
        Assert.Equal("flow-dump from the main thread:\n" + First, _switch.Run("dpctl/dump-flows filter=in_port=1"));
        Assert.Equal("", _switch.Run("dpctl/dump-flows filter=arp"));
        Assert.Equal(all.Replace("flow-dump from the main thread:\n", "", StringComparison.Ordinal), _switch.Run("dpif/dump-flows br0"));
        Assert.Equal("", _switch.Run("dpif/dump-flows br1"));
        Assert.Contains("in_port(p1)", _switch.Run("dpctl/dump-flows --names"), StringComparison.Ordinal);
        var verbose = _switch.Run("dpctl/dump-flows -m");
        Assert.Contains(", packets:0, bytes:0, used:never, dp:ovs, actions:p2\n", verbose, StringComparison.Ordinal);
        Assert.Contains("ufid:", verbose, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flow_put_by_hand_is_told_with_the_bits_outside_of_its_mask_too()
    {
        var told = "";
        _switch.Agent.FlowMade = (Ufid _, ref FlowKey packet, ref FlowMask mask, DatapathActions actions) =>
            told = $"{FlowText.Format(ref packet, ref mask)} {actions}";
        Assert.Equal("", _switch.Run("dpctl/add-flow in_port(1),eth(),eth_type(0x0800),ipv4(src=3.3.3.200/255.255.255.0) 4"));
        Assert.Equal("recirc_id(0),in_port(1),eth(),eth_type(0x0800),ipv4(src=3.3.3.200/255.255.255.0) 4", told);
    }

    [Fact]
    public void A_static_address_stays_until_it_is_deleted()
    {
        var macs = _switch.Agent.FindBridge("br0")!.Macs;
        macs.Learn(0, MacAddress.Parse("50:54:00:00:00:09"), new(1), 0);
        Assert.Equal("", _switch.Run("fdb/add br0 p2 0 50:54:00:00:00:77"));
        Assert.Equal("Overriding already existing static entry on 2\n", _switch.Run("fdb/add br0 p1 0 50:54:00:00:00:77"));
        Assert.Equal(" port  VLAN  MAC                Age\n    1     0  50:54:00:00:00:09    1\n    1     0  50:54:00:00:00:77  static\n",
            _switch.Run("fdb/show br0"));
        _switch.Run("fdb/flush br0");
        Assert.Contains("  Current static MAC entries in the table : 1\n", _switch.Run("fdb/stats-show br0"), StringComparison.Ordinal);
        Assert.Equal("", _switch.Run("fdb/del br0 0 50:54:00:00:00:77"));
        Assert.Equal(" port  VLAN  MAC                Age\n", _switch.Run("fdb/show br0"));
    }

    [Fact]
    public void A_trace_takes_a_packet_of_any_length()
    {
        const string Packet = "00020202020000010101010008004500001c00010000401176cc01010101010101020d6a00350008ee3a";
        Assert.True(_switch.Agent.TryAddRule("br0", "udp,nw_dst=1.1.1.2,actions=2", 0, out var error), error);
        foreach (var padding in (ReadOnlySpan<int>)[0, 255, 65_492])
            Assert.EndsWith("Datapath actions: 4", _switch.Run($"ofproto/trace br0 in_port=1 {Packet}{new string('0', 2 * padding)}"),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_learns_only_when_it_stands_for_a_packet()
    {
        const string Flow = "in_port=1,dl_src=50:54:00:00:00:05,dl_dst=ff:ff:ff:ff:ff:ff";
        Assert.Contains("Datapath actions: ", _switch.Run($"ofproto/trace br0 {Flow}"), StringComparison.Ordinal);
        Assert.Empty(_switch.Agent.FindBridge("br0")!.Macs.Entries);
        _switch.Run($"ofproto/trace br0 {Flow} -generate");
        Assert.Contains("    1     0  50:54:00:00:00:05    0\n", _switch.Run("fdb/show br0"), StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_are_composed_with_the_size_asked_for_and_right_checksums()
    {
        var devices = new DummyDevices();
        var registry = new UnixctlRegistry("x");
        DummyCommands.Add(registry, devices);
        const string Udp = "in_port(1),eth(src=50:54:00:00:00:01,dst=50:54:00:00:00:02),eth_type(0x0800),"
            + "ipv4(src=10.0.0.1,dst=10.0.0.2,proto=17,tos=0,ttl=64,frag=no),udp(src=1,dst=2)";
        Assert.False(registry.Run("netdev-dummy/receive", ["p1", Udp], 0).IsError);
        Assert.False(registry.Run("netdev-dummy/receive", ["p1", Udp, "--len", "300"], 0).IsError);
        Assert.Equal([106, 300], devices.Frames.Select(f => f.Length));
        foreach (var frame in devices.Frames)
        {
            Assert.Equal(0, InternetChecksum.Compute(frame.AsSpan(14, 20)));
            var segment = frame.AsSpan(34);
            var pseudo = InternetChecksum.PseudoHeader(Ipv4Address.Parse("10.0.0.1"), Ipv4Address.Parse("10.0.0.2"), 17, segment.Length);
            Assert.Equal(0, InternetChecksum.Finish(InternetChecksum.Add(pseudo, InternetChecksum.Sum(segment))));
        }

        Assert.Equal("too small packet len", registry.Run("netdev-dummy/receive", ["p1", Udp, "--len", "63"], 0).Text);
        Assert.Equal("p1: disconnected\n", registry.Run("netdev-dummy/conn-state", [], 0).Text);
        Assert.Equal("p2: unknown\n", registry.Run("netdev-dummy/conn-state", ["p2"], 0).Text);
        Assert.Equal("no such dummy netdev", registry.Run("netdev-dummy/receive", ["p9", Udp], 0).Text);
        Assert.True(registry.Run("netdev-dummy/receive", ["p1", "1234"], 0).IsError);
    }

    private sealed class DummyDevices : IDummyDevices
    {
        public List<byte[]> Frames { get; } = [];

        public bool Exists(string name) => name == "p1";

        public IEnumerable<string> Names => ["p1", "p2"];

        public bool? IsConnected(string name) => name == "p1" ? false : null;

        public void Receive(string name, ReadOnlySpan<byte> frame) => Frames.Add(frame.ToArray());

        public void SetUp(string? name, bool isUp) => Frames.Clear();

        public void SetAddress(string name, IpAddress address, int prefixLength) => Frames.Clear();
    }

    [Fact]
    public void Routes_and_neighbours_print_as_in_OVS()
    {
        _switch.Context.Routes.AddAddress("br0", IpAddress.Parse("192.0.2.1"), 24);
        Assert.Equal("OK", _switch.Run("ovs/route/add 192.0.2.0/24 br0"));
        Assert.Equal("OK", _switch.Run("ovs/route/add 10.8.0.0/16 br0 192.0.2.5 pkt_mark=0x10"));
        Assert.Equal("Route Table:\nUser: 192.0.2.0/24 dev br0 SRC 192.0.2.1\n"
            + "User: 10.8.0.0/16 MARK 16 dev br0 GW 192.0.2.5 SRC 192.0.2.1\n", _switch.Run("ovs/route/show"));
        Assert.Equal("src 192.0.2.1\ngateway 192.0.2.5\ndev br0\n", _switch.Run("ovs/route/lookup 10.8.3.4 pkt_mark=0x10"));
        Assert.Equal("src 192.0.2.1\ngateway ::\ndev br0\n", _switch.Run("ovs/route/lookup 192.0.2.7"));
        Assert.Equal("OK", _switch.Run("ovs/route/del 10.8.0.0/16 pkt_mark=0x10"));
        _switch.Run("tnl/neigh/set br0 192.0.2.2 00:11:22:33:44:55");
        Assert.EndsWith("192.0.2.2                                     00:11:22:33:44:55   br0\n", _switch.Run("tnl/arp/show"),
            StringComparison.Ordinal);
        _switch.NowMs += 900_000;
        Assert.DoesNotContain("192.0.2.2", _switch.Run("tnl/arp/show"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bond_is_described_and_obeys()
    {
        var settings = new BondSettings("bond0", ["b1", "b2"]) { Mode = BondMode.BalanceSlb };
        Assert.True(_switch.Agent.TrySetBond("br0", settings, 1000, out var error), error);
        Assert.Equal("""
            ---- bond0 ----
            bond_mode: balance-slb
            bond may use recirculation: no, Recirc-ID : -1
            bond-hash-basis: 0
            lb_output action: disabled, bond-id: -1
            all members active: false
            updelay: 0 ms
            downdelay: 0 ms
            next rebalance: 10000 ms
            lacp_status: off
            lacp_fallback_ab: false
            active-backup primary: <none>
            active member mac: aa:55:aa:55:00:12(b1)

            member b1: enabled
              active member
              may_enable: true

            member b2: enabled
              may_enable: true


            """, _switch.Run("bond/show"));
        Assert.Equal("bond\ttype\trecircID\tmembers\nbond0\tbalance-slb\t1\tb1, b2\n", _switch.Run("bond/list"));
        Assert.Equal("done", _switch.Run("bond/set-active-member bond0 b2"));
        Assert.Equal("no change", _switch.Run("bond/set-active-slave bond0 b2"));
        Assert.Equal("! no such member", _switch.Run("bond/set-active-member bond0 p1"));
        Assert.Equal("migrated", _switch.Run("bond/migrate bond0 5 b1"));
        Assert.Equal("! bad hash", _switch.Run("bond/migrate bond0 x b1"));
        Assert.Equal("disabled", _switch.Run("bond/disable-member bond0 b1"));
        Assert.Equal("! cannot migrate to disabled member", _switch.Run("bond/migrate bond0 5 b1"));
    }

    [Fact]
    public void Levels_are_set_for_modules_and_destinations()
    {
        _switch.Run("vlog/set ofproto-dpif:file:dbg");
        Assert.True(_switch.Context.Log.IsEnabled("ofproto_dpif", VlogDestination.File, VlogLevel.Dbg));
        Assert.False(_switch.Context.Log.IsEnabled("ofproto_dpif", VlogDestination.Console, VlogLevel.Dbg));
        Assert.Contains("\nofproto_dpif      INFO       INFO        DBG\n", _switch.Run("vlog/list"), StringComparison.Ordinal);
        Assert.Equal("""
                     prefix                            format
                     ------                            ------
            SYSLOG   <%B> %D{%h %e %T} %E %A:          ovs|%05N|%c%T|%p|%m
            CONSOLE  none                              %D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m
            FILE     none                              %D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m

            """, _switch.Run("vlog/list-pattern"));
        var line = new VlogLine("ovs-vswitchd", 7).Format(
            _switch.Context.Log.Pattern(VlogDestination.File), 1, new DateTime(2026, 11, 22, 19, 44, 2, 37, DateTimeKind.Utc), "vlog",
            VlogLevel.Info, "opened log file x");
        Assert.Equal("2026-11-22T19:44:02.037Z|00001|vlog|INFO|opened log file x", line);
    }

    [Fact]
    public void Events_are_counted_with_their_rates()
    {
        var coverage = _switch.Context.Coverage;
        coverage.Tick(0);
        for (var i = 0; i < 10; i++) _switch.Run("version");
        coverage.Tick(5000);
        Assert.Equal("11", _switch.Run("coverage/read-counter unixctl_received"));
        Assert.Contains("\nunixctl_received           2.0/sec     0.167/sec        0.0028/sec   total: 12\n", _switch.Run("coverage/show"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_listed_command_has_the_usage_of_OVS_or_is_known_to_differ()
    {
        var expected = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "ovs-commands.txt"))
            .Select(l => l.Split('\t')).ToDictionary(l => l[0], l => l[1]);
        string[] ours = ["dpif/offload/show", "dpctl/del-flows"];
        foreach (var line in _switch.Run("list-commands").Split('\n')[1..^1])
        {
            var name = line.Trim().Split(' ')[0];
            if (ours.Contains(name)) continue;
            Assert.True(expected.TryGetValue(name, out var usage), $"{name} is no command of ovs-vswitchd");
            Assert.Equal($"  {name,-23} {usage}", line);
        }
    }
}
