using System.Globalization;

namespace Fabric.Interop.Tests;

/// <summary>
/// The same configuration and frames in Debian's ovs-vswitchd and in ours, and what both say to <c>ovs-appctl</c>: output, errors and exit
/// code, equal but for what <see cref="Normalisation"/> names.
/// </summary>
public class ControlDifferentialTests
{
    /// <summary>Ports one by one, so that both number them in this order; those of the bond by their names.</summary>
    private static readonly string[] Configuration =
    [
        // However slow the machine is, no flow is forgotten between the frame that made it and the command that shows it.
        "set Open_vSwitch . other_config:max-idle=600000 other_config:min-revalidate-pps=0",
        "add-br br0 -- set bridge br0 other_config:hwaddr=aa:55:aa:55:00:00 fail_mode=standalone",
        "add-port br0 p1 -- set interface p1 type=dummy ofport_request=1",
        "add-port br0 p2 -- set interface p2 type=dummy ofport_request=2",
        "add-port br0 p3 tag=10 -- set interface p3 type=dummy ofport_request=3",
        "add-port br0 vx0 -- set interface vx0 type=vxlan options:remote_ip=192.0.2.2 options:key=42 ofport_request=10",
        "add-port br0 gn0 -- set interface gn0 type=geneve options:remote_ip=flow options:key=flow ofport_request=11",
        "add-port br0 gre0 -- set interface gre0 type=gre options:remote_ip=192.0.2.3 options:local_ip=192.0.2.1 options:csum=true "
            + "ofport_request=12",
        "add-port br0 pa -- set interface pa type=patch options:peer=pb ofport_request=5",
        "add-br br1 -- set bridge br1 fail_mode=secure",
        "add-port br1 pb -- set interface pb type=patch options:peer=pa ofport_request=5",
        "add-br br2 -- set bridge br2 fail_mode=standalone",
        "add-bond br2 bond0 q21 q22 bond_mode=balance-slb -- set interface q21 type=dummy ofport_request=1 "
            + "-- set interface q22 type=dummy ofport_request=2",
    ];

    private const string Ping = "in_port(1),eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a),eth_type(0x0800),"
        + "ipv4(src=10.0.0.1,dst=10.0.0.2,proto=1,tos=0,ttl=64,frag=no),icmp(type=8,code=0)";

    private const string Syn = "in_port(2),eth(src=50:54:00:00:00:0a,dst=50:54:00:00:00:09),eth_type(0x0800),"
        + "ipv4(src=10.0.0.2,dst=10.0.0.1,proto=6,tos=0,ttl=64,frag=no),tcp(src=80,dst=8080),tcp_flags(0x002)";

    private const string Side = "in_port(7),eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a),eth_type(0x1234)";

    private const string PingRule = "in_port=1,icmp,dl_src=50:54:00:00:00:09,dl_dst=50:54:00:00:00:0a,nw_src=10.0.0.1,nw_dst=10.0.0.2,"
        + "nw_ttl=64,icmp_type=8,icmp_code=0";

    /// <summary>The same as a frame: Ethernet, IPv4, ICMP echo request.</summary>
    private const string PingBytes =
        "50540000000a5054000000090800" + "4500001c0000000040010000" + "0a0000010a000002" + "0800f7ff00000000";

    private const string Link = "eth(src=50:54:00:00:00:09,dst=50:54:00:00:00:0a)";

    /// <summary>All options and forms of tracing (ovs-vswitchd(8), lib/../ofproto/ofproto-dpif-trace.c), right and wrong.</summary>
    private static readonly string[] Traces =
    [
        $"ofproto/trace {Ping}", $"ofproto/trace ovs-system {Ping}", $"ofproto/trace system@ovs-system {Ping}",
        $"ofproto/trace nodp {Ping}", $"ofproto/trace {Ping} --names", $"ofproto/trace {Ping} -names",
        $"ofproto/trace {Ping} --no-names", $"ofproto/trace --names {Ping}", $"ofproto/trace {Ping} -generate",
        $"ofproto/trace {Ping} --generate", $"ofproto/trace br0 {PingRule} -generate", $"ofproto/trace br0 {PingRule}",
        $"ofproto/trace br0 {PingRule} --names", $"ofproto/trace br0 in_port=p1,icmp,dl_dst=50:54:00:00:00:0a --names",
        $"ofproto/trace br0 in_port=1 {PingBytes}", $"ofproto/trace {Ping} {PingBytes}", $"ofproto/trace in_port(1) {PingBytes}",
        $"ofproto/trace br0 {PingRule} {PingBytes} --names", "ofproto/trace br0 in_port=1 5054", "ofproto/trace br0 in_port=1 505",
        $"ofproto/trace br0 in_port=1 {PingBytes}zz", $"ofproto/trace ovs-system {Ping} {PingBytes}",
        $"ofproto/trace br0 {PingRule} {PingBytes} -generate", $"ofproto/trace br0 {PingRule} --l7 616263 -generate",
        $"ofproto/trace br0 {PingRule} --l7-len 100 --generate", $"ofproto/trace br0 {PingRule} --l7-len 70000 --generate",
        $"ofproto/trace br0 {PingRule} --l7 zz --generate", $"ofproto/trace br0 {PingRule} --l7",
        $"ofproto/trace br0 {PingRule} --ct-next", $"ofproto/trace br0 {PingRule} --ct-next zz",
        $"ofproto/trace br0 {PingRule} --ct-next trk,new,est", $"ofproto/trace br0 {PingRule} --ct-next new",
        $"ofproto/trace br0 {PingRule} --ct-next trk,est --ct-next trk,new", $"ofproto/trace br0 {PingRule} -consistent",
        $"ofproto/trace br0 {PingRule} --consistent", "ofproto/trace", "ofproto/trace br0", "ofproto/trace a b c d",
        "ofproto/trace br0 in_port=1 zz yy", $"ofproto/trace-packet-out br0 {PingRule} 2",
        $"ofproto/trace-packet-out br0 {PingRule} output:2,resubmit(,0)", $"ofproto/trace-packet-out -consistent br0 {PingRule} NORMAL",
        $"ofproto/trace-packet-out --consistent br0 {PingRule} LOCAL", $"ofproto/trace-packet-out {Ping} 3",
        $"ofproto/trace-packet-out ovs-system {Ping} TABLE", $"ofproto/trace-packet-out br0 {PingRule} --names LOCAL",
        $"ofproto/trace-packet-out br0 in_port=1 {PingBytes} IN_PORT,2", "ofproto/trace-packet-out br0",
        $"ofproto/trace-packet-out br0 {PingRule} -generate push_vlan:0x8100,set_field:4106->vlan_vid,3",
        $"ofproto/trace-packet-out br0 {PingRule} drop",
        $"dpctl/normalize-actions {Ping} 3,2,push_vlan(vid=1,pcp=2),4,1,pop_vlan,5,set(eth(src=00:00:00:00:00:01)),7,6",
        $"dpctl/normalize-actions {Ping} push_vlan(vid=7,pcp=0),push_vlan(tpid=0x88a8,vid=1,pcp=1),2,pop_vlan,1,pop_vlan,pop_vlan,3",
        $"dpctl/normalize-actions {Ping} drop", $"dpctl/normalize-actions {Ping} ct(commit),recirc(3)",
        $"dpctl/normalize-actions {Ping} zz", $"dpctl/normalize-actions -m {Ping} 2,1", "dpctl/normalize-actions foo 1",
        $"dpctl/normalize-actions {Ping}",
        $"dpctl/normalize-actions in_port(1),{Link},eth_type(0x8847),mpls(label=16,tc=3,ttl=64,bos=1) 2,push_vlan(vid=1,pcp=2),4",
        $"dpctl/normalize-actions in_port(1),{Link},eth_type(0x8100),vlan(vid=5,pcp=1),encap(eth_type(0x1234)) 2,pop_vlan,1",
        "dpctl/list-commands",
    ];

    /// <summary>In this order, for some change what later ones show. What only sets up is compared as well.</summary>
    private static readonly string[] Commands =
    [
        "version", "fdb/add br0 p1 0 50:54:00:00:00:09", "fdb/add br0 p2 0 50:54:00:00:00:0a",
        $"netdev-dummy/receive p1 {Ping}", $"netdev-dummy/receive p2 {Syn}",
        $"netdev-dummy/receive p1 {Ping}", $"netdev-dummy/receive p2 {Syn}", "revalidator/wait",
        "fdb/show br0", "fdb/show br1", "fdb/show nobr", "fdb/show", "fdb/stats-show br0",
        "fdb/add br0 p2 0 50:54:00:00:00:77", "fdb/add br0 p1 0 50:54:00:00:00:77", "fdb/add br0 px 0 50:54:00:00:00:78",
        "fdb/add br0 p1 0 zz", "fdb/add nobr p1 0 50:54:00:00:00:77", "fdb/del br0 0 50:54:00:00:00:79",
        "fdb/del br0 0 50:54:00:00:00:77", "fdb/del br0 0 zz", "fdb/stats-clear br0", "fdb/stats-clear nobr", "fdb/stats-show br0",
        "fdb/stats-show nobr",
        "mdb/show br0", "mdb/show nobr", "mdb/flush", "mdb/flush br0",
        "dpctl/dump-dps", "dpctl/show", "dpctl/show nodp", "dpctl/show -z", "dpctl/dump-flows", "dpctl/dump-flows -m",
        "dpctl/dump-flows --names", "dpctl/dump-flows type=xx", "dpctl/dump-flows type=offloaded",
        "dpctl/dump-flows type=non-offloaded,ovs",
        "dpctl/dump-flows filter=in_port=1", "dpctl/dump-flows filter=arp", "dpctl/dump-flows nodp", "dpctl/dump-flows ovs-system",
        "dpctl/dump-flows --zz", "dpctl/get-flow zz", "dpctl/get-flow ufid:00000000-0000-0000-0000-000000000001",
        "dpctl/offload-stats-show", "dpctl/offload-stats-show x", "dpctl/dump-conntrack", "dpctl/dump-conntrack zone=3",
        "dpctl/ct-get-maxconns", "dpctl/ct-get-maxconns x", "dpctl/ct-set-maxconns 77", "dpctl/ct-get-maxconns",
        "dpctl/ct-set-maxconns zz", "dpctl/ct-set-maxconns a b", "dpctl/ct-get-tcp-seq-chk", "dpctl/ct-disable-tcp-seq-chk",
        "dpctl/ct-get-tcp-seq-chk", "dpctl/ct-enable-tcp-seq-chk", "dpctl/ct-get-tcp-seq-chk", "dpctl/ct-get-limits",
        "dpctl/ct-set-limits default=10 zone=4,limit=5 zone=3,limit=0", "dpctl/ct-get-limits", "dpctl/ct-get-limits zone=3,4,9",
        "dpctl/ct-set-limits zone=4", "dpctl/ct-set-limits zone=4,limit=x", "dpctl/ct-set-limits zone=4,what=1",
        "dpctl/ct-set-limits default=q", "dpctl/ct-del-limits zone=4", "dpctl/ct-del-limits zz", "dpctl/ct-get-limits",
        "dpctl/ct-get-limits zone=x", "dpctl/ipf-get-status", "dpctl/ipf-get-status -m", "dpctl/ipf-set-disabled v6",
        "dpctl/ipf-set-min-frag v4 500", "dpctl/ipf-set-min-frag v4 300", "dpctl/ipf-set-min-frag v7 300", "dpctl/ipf-set-min-frag v6 zz",
        "dpctl/ipf-set-max-nfrags 99", "dpctl/ipf-set-max-nfrags 9999", "dpctl/ipf-set-max-nfrags zz", "dpctl/ipf-set-enabled zz",
        "dpctl/ipf-get-status", "dpctl/flush-conntrack zone=zz", "dpctl/flush-conntrack zone=4", "dpctl/flush-conntrack a b c d",
        "dpctl/flush-conntrack ct_nw_src=10.0.0.1,ct_ipv6_dst=::1", "dpctl/flush-conntrack ct_tp_src=1", "dpctl/flush-conntrack icmp_id=1",
        "dpctl/flush-conntrack ct_nw_src=x", "dpctl/flush-conntrack what=1", "dpctl/flush-conntrack ct_nw_proto=6,ct_tp_src=99",
        "dpctl/flush-conntrack ct_nw_src=10.0.0.1,ct_nw_src=10.0.0.2",
        "dpctl/flush-conntrack zone=4 ct_nw_src=10.0.0.1,ct_nw_proto=6", "dpctl/ct-stats-show -m", "dpctl/ct-stats-show zone=5",
        "dpctl/ct-stats-show", "dpctl/ct-get-nconns", "dpctl/flush-conntrack", "dpctl/cache-get-size", "dpctl/parse-actions 1,2 drop",
        "dpctl/parse-actions output:1", "dpif/show", "dpif/dump-dps", "dpif/dump-flows br0", "dpif/dump-flows -m br0",
        "dpif/dump-flows --names br0", "dpif/dump-flows br1", "dpif/dump-flows nobr", "dpif/set-dp-features br0 ufid",
        "dpif/set-dp-features br0 xxx true", "dpif/set-dp-features br0 ufid zzz", "dpif/show-dp-features br0",
        "dpif/show-dp-features nobr", "upcall/show", "upcall/disable-megaflows", "upcall/enable-megaflows", "upcall/disable-ufid",
        "upcall/enable-ufid", "upcall/set-flow-limit 5000", "upcall/set-flow-limit zz", "revalidator/purge", "dpctl/dump-flows",
        "ofproto/list", "ofproto/list-tunnels", "ofproto/trace nobr in_port=1", "ofproto/trace br0 in_port=1 --foo",
        "ofproto/trace br0 in_port=1,icmp,dl_src=50:54:00:00:00:09,dl_dst=50:54:00:00:00:0a", "bridge/dump-flows br0",
        "bridge/dump-flows --offload-stats br0", "bridge/dump-flows br1", "bridge/dump-flows nobr", "bridge/reconnect",
        "bridge/reconnect br0", "bridge/reconnect nobr", "bond/list", "bond/show", "bond/show p1", "bond/set-active-member bond0 q22",
        "bond/set-active-member bond0 q22", "bond/set-active-member bond0 p1", "bond/set-active-member nob p1", "bond/migrate bond0 5 q21",
        "bond/migrate bond0 x q21", "bond/migrate nob 5 q21", "bond/hash 50:54:00:00:00:09", "bond/hash 50:54:00:00:00:09 3 7",
        "bond/hash zz", "bond/hash 50:54:00:00:00:09 xx", "bond/show bond0", "lacp/show", "lacp/show p1", "lacp/show-stats",
        "qos/show p1", "qos/show nop", "qos/show-types p1", "qos/show-types nop", "bfd/show", "bfd/show p1", "bfd/set-forwarding zz",
        "cfm/show", "cfm/show p1", "cfm/set-fault true", "stp/show", "stp/show nobr", "stp/tcn", "rstp/show", "rstp/show nobr", "rstp/tcn",
        "autoattach/status", "autoattach/statistics", "autoattach/show-isid", "tnl/ports/show", "tnl/arp/show",
        "tnl/neigh/set br0 192.0.2.2 00:11:22:33:44:55", "tnl/neigh/set br0 zz 00:11:22:33:44:55", "tnl/neigh/set br0 192.0.2.2 zz",
        "tnl/neigh/set br0 fe80::7 00:11:22:33:44:56", "tnl/arp/aging", "tnl/arp/aging 300", "tnl/neigh/aging", "tnl/neigh/aging zz",
        "tnl/neigh/flush", "tnl/neigh/show", "tnl/egress_port_range", "tnl/egress_port_range 40000 3", "tnl/egress_port_range",
        "ovs/route/show", "netdev-dummy/ip4addr br0 192.0.2.1/24", "netdev-dummy/ip4addr br0 zz", "ovs/route/add 192.0.2.0/24 br0",
        "ovs/route/add 10.9.0.0/16 br0", "ovs/route/add zz br0", "ovs/route/add 10.8.0.0/16 br0 192.0.2.5 pkt_mark=0x10",
        "ovs/route/show", "ovs/route/lookup 10.8.3.4 pkt_mark=0x10", "ovs/route/lookup 192.0.2.7", "ovs/route/lookup 99.1.1.1",
        "ovs/route/lookup zz", "ovs/route/del 10.7.0.0/16", "ovs/route/del 10.8.0.0/16 pkt_mark=0x10", "ovs/route/del zz",
        "netdev-dummy/conn-state", "netdev-dummy/conn-state p1", "netdev-dummy/receive nop 00", "netdev-dummy/set-admin-state nop up",
        "netdev-dummy/set-admin-state p1 zz", "netdev-dummy/set-admin-state p1 down", "netdev-dummy/set-admin-state p1 up",
        "coverage/show", "coverage/read-counter xxx", "memory/show", "vlog/list-pattern", "vlog/set zz", "vlog/set dpif:file:dbg",
        "vlog/disable-rate-limit zz", "vlog/reopen", "vlog/set PATTERN:file:x", "vlog/list-pattern", "nope", "version x",
        "dpctl/add-dp dummy@side", "dpctl/add-dp dummy@side", "dpctl/add-dp zz@side", "dpctl/dump-dps", "dpctl/show",
        "dpctl/add-if dummy@side q1,type=dummy,port_no=7 q2,type=dummy", "dpctl/add-if dummy@side q1,type=dummy",
        "dpctl/add-if dummy@side q3,type=dummy,port_no=7", "dpctl/add-if dummy@side q9,type=zz", "dpctl/add-if dummy@none q4,type=dummy",
        "dpctl/show dummy@side", "dpctl/set-if dummy@side q1,port_no=7", "dpctl/set-if dummy@side q1,port_no=8 q2,type=dummy",
        "dpctl/set-if dummy@side q1,type=system", "dpctl/set-if dummy@side q7", "dpctl/dump-flows", "dpctl/dump-flows dummy@side",
        $"dpctl/add-flow dummy@side {Side} 2", $"dpctl/add-flow dummy@side {Side} 2",
        "dpctl/dump-flows dummy@side", $"dpctl/mod-flow dummy@side {Side} 3", $"dpctl/mod-flow {Side} 3", "dpctl/dump-flows dummy@side",
        "dpctl/show dummy@side",
        $"dpctl/del-flow dummy@side {Side}", $"dpctl/del-flow dummy@side {Side}", "dpctl/del-flows dummy@side",
        "dpctl/dump-flows dummy@side",
        "dpctl/add-flows dummy@side none", "dpctl/ct-bkts", "dpctl/ct-bkts dummy@side", "dpctl/ct-bkts dummy@side gt=4",
        "dpctl/ct-get-nconns dummy@side", "dpctl/del-if dummy@side q1", "dpctl/del-if dummy@side q1 2 9", "dpctl/del-if dummy@side 0",
        "dpctl/show dummy@side", "dpctl/del-dp dummy@side", "dpctl/del-dp dummy@side", "dpctl/show dummy@side",
        "dpctl/del-if dummy@side q1", "odp-execute/action-impl-show", "odp-execute/action-impl-set zz",
        "odp-execute/action-impl-set autovalidator", "odp-execute/action-impl-show", "odp-execute/action-impl-set scalar",
        "dpif-dummy/change-port-number zz p1 5", "dpif-dummy/change-port-number ovs-system zz 5",
        "dpif-dummy/change-port-number ovs-system p1 0", "dpif-dummy/change-port-number ovs-system p1 77", "dpctl/show",
        "time/warp", "time/warp 0", "time/warp x", "time/warp -3 5", "time/warp 5 -3", "time/warp 20", "time/warp 40 15", "time/warp 0 7",
        "time/warp 1 2 3", "time/stop", "time/stop 1", "time/warp 200 50",
    ];

    [Fact]
    public async Task Every_command_says_the_same_as_that_of_OVS()
    {
        await using var theirs = await ControlledSwitch.StartAsync(isOurs: false);
        await using var ours = await ControlledSwitch.StartAsync(isOurs: true);
        foreach (var line in Configuration)
        {
            await theirs.ConfigureAsync(line);
            await ours.ConfigureAsync(line);
        }

        // Which member a bond begins with is a matter of its hash table.
        await theirs.ControlAsync("bond/set-active-member bond0 q21");
        await ours.ControlAsync("bond/set-active-member bond0 q21");
        var differences = new List<string>();
        string[] all = [.. Commands[..3], .. Traces, .. Commands[3..]];
        foreach (var command in all)
        {
            var expected = Text(command, await theirs.ControlAsync(command));
            var actual = Text(command, await ours.ControlAsync(command));
            if (expected != actual) differences.Add($"$ ovs-appctl {command}\nOVS:\n{expected}\nours:\n{actual}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {all.Length} differ\n\n{string.Join("\n", differences)}");
    }

    [Fact]
    public async Task Frames_that_dummy_devices_sent_are_in_their_captures_as_OVS_writes_them()
    {
        await using var theirs = await ControlledSwitch.StartAsync(isOurs: false);
        await using var ours = await ControlledSwitch.StartAsync(isOurs: true);
        var captures = new List<string>();
        foreach (var one in (ControlledSwitch[])[theirs, ours])
        {
            await one.ConfigureAsync("add-br br0 -- add-port br0 p1 -- set interface p1 type=dummy "
                + $"-- add-port br0 p2 tag=7 -- set interface p2 type=dummy options:tx_pcap={one.File("p2.pcap")} "
                + $"-- add-port br0 p3 -- set interface p3 type=dummy options:pcap={one.File("p3.pcap")}");
            const string Arp = "in_port(1),eth(src=50:54:00:00:00:01,dst=ff:ff:ff:ff:ff:ff),eth_type(0x0806),"
                + "arp(sip=10.0.0.1,tip=10.0.0.2,op=1,sha=50:54:00:00:00:01,tha=00:00:00:00:00:00)";
            const string Udp6 = "in_port(1),eth(src=50:54:00:00:00:01,dst=50:54:00:00:00:02),eth_type(0x8100),vlan(vid=7,pcp=3),"
                + "encap(eth_type(0x86dd),ipv6(src=fe80::1,dst=fe80::2,label=0,proto=17,tclass=0,hlimit=64,frag=no),udp(src=1,dst=2))";
            foreach (var frame in (string[])[Arp, Udp6, Ping, Syn])
                (await one.ControlAsync($"netdev-dummy/receive p1 {frame}")).Expect(0);
            (await one.ControlAsync($"netdev-dummy/receive p3 {Ping} --len 200")).Expect(0);
            (await one.ControlAsync("revalidator/wait")).Expect(0);
            var text = "";
            foreach (var file in (string[])["p2.pcap", "p3.pcap"])
                text += $"{file}\n{(await Tool.RunAsync("ovs-pcap", one.File(file))).Expect(0).Out}";
            captures.Add(text);
        }

        Assert.Equal(captures[0], captures[1]);
        // One frame of its VLAN, three of the trunk, and one that it received, under two names.
        Assert.Equal(7, captures[1].Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task The_daemon_ends_by_command_and_by_signal_and_leaves_no_files()
    {
        await using var ours = await ControlledSwitch.StartAsync(isOurs: true);
        var pid = (await File.ReadAllTextAsync(ours.File("ovs-vswitchd.pid"))).Trim();
        Assert.True(File.Exists(ours.File($"ovs-vswitchd.{pid}.ctl")));
        (await ours.ControlAsync("exit")).Expect(0);
        await UntilGoneAsync(ours, pid);
        (await ours.DaemonAsync("--detach", "--no-chdir", "--pidfile", "--log-file", "-vconsole:off")).Expect(0);
        pid = (await File.ReadAllTextAsync(ours.File("ovs-vswitchd.pid"))).Trim();
        (await Tool.RunAsync("kill", pid)).Expect(0);
        await UntilGoneAsync(ours, pid);
        Assert.Contains("|00001|vlog|INFO|opened log file ", await File.ReadAllTextAsync(ours.File("ovs-vswitchd.log")),
            StringComparison.Ordinal);
        Assert.Equal("ovs-vswitchd (Open vSwitch) 3.1.0\n", (await ours.DaemonAsync("--version")).Expect(0).Out);
    }

    private static async Task UntilGoneAsync(ControlledSwitch made, string pid)
    {
        await RunningFabric.UntilGoneAsync(int.Parse(pid, CultureInfo.InvariantCulture));
        Assert.False(File.Exists(made.File("ovs-vswitchd.pid")), "the pid file is left");
        Assert.False(File.Exists(made.File($"ovs-vswitchd.{pid}.ctl")), "the socket is left");
    }

    private static string Text(string command, ToolRun run) =>
        $"{Normalisation.Apply(command, run.Out)}{Normalisation.Apply(command, run.Error)}exit code {run.ExitCode}\n";
}
