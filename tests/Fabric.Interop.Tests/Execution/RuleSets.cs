namespace Fabric.Interop.Tests;

/// <summary>Rules for the differential test of execution. What the tracker finds is written into the frames, so that it shows.</summary>
internal static class RuleSets
{
    /// <summary>The source address tells <c>ct_state</c> and the mark.</summary>
    private const string Show = "move:NXM_NX_CT_STATE[0..7]->NXM_OF_ETH_SRC[0..7],move:NXM_NX_CT_MARK[0..15]->NXM_OF_ETH_SRC[8..23]";

    /// <summary>
    /// Everything through <c>ct</c> first, then by what was found: new ones from port 1 are committed, and from port 2 too.
    /// </summary>
    private static string[] Stateful(string look, string v4, string v6, string server = "ct(commit)", string established = "") =>
    [
        $"table=0,priority=10,ip,actions={look}", $"table=0,priority=10,ipv6,actions={look}",
        $"table=1,priority=30,ct_state=+inv,actions={Show},3",
        $"table=1,priority=20,ip,in_port=1,ct_state=+new+trk,actions={Show},{v4},2",
        $"table=1,priority=20,ipv6,in_port=1,ct_state=+new+trk,actions={Show},{v6},2",
        $"table=1,priority=20,in_port=2,ip,ct_state=+new+trk,actions={Show},{server},1",
        $"table=1,priority=20,in_port=2,ipv6,ct_state=+new+trk,actions={Show},{server},1",
        $"table=1,priority=10,in_port=1,ip,ct_state=+trk,actions={Show},{established}2",
        $"table=1,priority=10,in_port=1,ipv6,ct_state=+trk,actions={Show},{established}2",
        $"table=1,priority=10,in_port=2,ct_state=+trk,actions={Show},1",
        "table=1,priority=1,actions=4",
    ];

    private static string[] Stateful(string look, string commit) => Stateful(look, commit, commit);

    public static IReadOnlyList<RuleSet> Tracking { get; } =
    [
        new("commit", Stateful("ct(table=1)", "ct(commit)")),
        new("zone", Stateful("ct(zone=5,table=1)", "ct(commit,zone=5)", "ct(commit,zone=5)", "ct(commit,zone=5)")),
        new("marks", Stateful("ct(table=1)", "ct(commit,exec(set_field:0x55->ct_mark,set_field:0xa0/0xf0->ct_label))",
            "ct(commit,exec(set_field:0x66->ct_mark))", "ct(commit)", "ct(commit,exec(set_field:0x100/0x300->ct_mark)),")),
        new("forced", Stateful("ct(table=1)", "ct(commit)", "ct(commit)", "ct(commit)")
            .Append($"table=1,priority=25,in_port=2,ct_state=+est+trk,ip,actions={Show},ct(commit,force),1").ToArray()),
        new("source", Stateful("ct(nat,table=1)", "ct(commit,nat(src=10.1.1.1))", "ct(commit,nat(src=fd01::1))")),
        new("source and port", Stateful("ct(nat,table=1)", "ct(commit,nat(src=10.1.1.1:5000))", "ct(commit,nat(src=[fd01::1]:5000))")),
        new("destination", Stateful("ct(nat,table=1)", "ct(commit,nat(dst=10.9.9.9))", "ct(commit,nat(dst=fd09::9))")),
        new("destination and port", Stateful("ct(nat,table=1)", "ct(commit,nat(dst=10.9.9.9:8080))", "ct(commit,nat(dst=[fd09::9]:8080))")),
        new("source in a zone, seen twice",
        [
            .. Stateful("ct(nat,zone=3,table=1)", "ct(commit,zone=3,nat(src=10.1.1.1),table=2)",
                "ct(commit,zone=3,nat(src=fd01::1),table=2)"),
            "table=2,ip,actions=ct(zone=3,table=3)", "table=2,ipv6,actions=ct(zone=3,table=3)", $"table=3,actions={Show},4",
        ]),
        new("cleared and again",
        [
            "table=0,ip,actions=ct(zone=1,table=1)", "table=0,ipv6,actions=ct(zone=1,table=1)",
            $"table=1,actions={Show},3,ct_clear,resubmit(,2)",
            "table=2,ip,in_port=1,actions=ct(commit,zone=1),ct(commit,zone=2,table=3)",
            "table=2,ipv6,in_port=1,actions=ct(commit,zone=1),ct(commit,zone=2,table=3)",
            "table=2,ip,in_port=2,actions=ct(zone=2,table=3)", "table=2,ipv6,in_port=2,actions=ct(zone=2,table=3)",
            $"table=3,in_port=1,actions={Show},2", $"table=3,in_port=2,actions={Show},1",
        ]),
        new("without a second look",
            "ip,in_port=1,actions=ct(commit),2", "ipv6,in_port=1,actions=ct(commit),2",
            "ip,in_port=2,actions=ct(commit),1", "ipv6,in_port=2,actions=ct(commit),1"),
        new("both ways, two zones",
        [
            "table=0,ip,in_port=1,actions=ct(commit,zone=1,nat(src=10.1.1.1),table=1)",
            "table=0,ipv6,in_port=1,actions=ct(commit,zone=1,nat(src=fd01::1),table=1)",
            $"table=1,ip,actions={Show},ct(commit,zone=2,nat(dst=10.9.9.9),table=2)",
            $"table=1,ipv6,actions={Show},ct(commit,zone=2,nat(dst=fd09::9),table=2)",
            $"table=2,in_port=1,actions={Show},2",
            "table=0,ip,in_port=2,actions=ct(zone=2,nat,table=3)", "table=0,ipv6,in_port=2,actions=ct(zone=2,nat,table=3)",
            "table=3,ip,actions=ct(zone=1,nat,table=4)", "table=3,ipv6,actions=ct(zone=1,nat,table=4)",
            $"table=4,actions={Show},1",
        ]),
        new("changed between",
        [
            "table=0,ip,in_port=1,actions=ct(table=1)", "table=0,ipv6,in_port=1,actions=ct(table=1)",
            "table=1,ip,actions=mod_nw_src:10.7.7.7,dec_ttl,ct(commit,table=2)", "table=1,ipv6,actions=dec_ttl,ct(commit,table=2)",
            $"table=2,actions={Show},2,3", $"table=0,in_port=2,actions=1",
        ]),
        new("copies",
            $"ip,in_port=1,actions=clone(ct(commit,zone=9),push_vlan:0x8100,set_field:4103->vlan_vid,3),ct(commit),2",
            $"ipv6,in_port=1,actions=clone(ct(commit,zone=9),3),ct(commit),2", "in_port=2,actions=1"),
    ];

    public static IReadOnlyList<RuleSet> Stateless { get; } =
    [
        new("group all", "in_port=1,actions=group:1")
        {
            Groups = ["group_id=1,type=all,bucket=2,bucket=set_field:02:00:00:00:99:99->eth_src,3,bucket=4"],
        },
        new("group indirect", "in_port=1,actions=group:1")
        {
            Groups = ["group_id=1,type=indirect,bucket=set_field:02:00:00:00:00:09->eth_dst,3"],
        },
        new("group fast failover", "in_port=1,actions=group:1")
        {
            Groups = ["group_id=1,type=ff,bucket=watch_port:2,actions=2,bucket=watch_port:3,actions=3"],
        },
        new("group select", "in_port=1,actions=group:1")
        {
            Groups = ["group_id=1,type=select,bucket=weight:1,actions=2,bucket=weight:1,actions=3,bucket=weight:1,actions=4"],
        },
        new("group select dp_hash", "in_port=1,actions=group:1")
        {
            Groups =
            [
                "group_id=1,type=select,selection_method=dp_hash,"
                + "bucket=weight:5,actions=2,bucket=weight:3,actions=3,bucket=weight:1,actions=4",
            ],
        },
        new("group select dp_hash parameter", "in_port=1,actions=group:1")
        {
            Groups = ["group_id=1,type=select,selection_method=dp_hash,selection_method_param=12345,bucket=actions=2,bucket=actions=3"],
        },
        new("group select hash", "in_port=1,actions=group:1")
        {
            Groups =
            [
                "group_id=1,type=select,selection_method=hash,fields(ip_src,ipv6_src,tcp_src,udp_src),"
                + "bucket=actions=2,bucket=actions=3,bucket=actions=4",
            ],
        },
        new("group select tracked", "table=0,ip,actions=ct(table=1)", "table=0,ipv6,actions=ct(table=1)",
            "table=1,ct_state=+new,ip,actions=ct(commit,nat(src=10.3.3.3),table=2)",
            "table=1,ct_state=+new,ipv6,actions=ct(commit,table=2)",
            "table=1,actions=4", "table=2,actions=group:1")
        {
            Groups = ["group_id=1,type=select,selection_method=dp_hash,bucket=actions=2,bucket=actions=3"],
        },
        new("meter packets", "in_port=1,actions=meter:1,2")
        {
            Meters = ["meter=1,pktps,burst,bands=type=drop,rate=2,burst_size=5"],
        },
        new("meter bits", "in_port=1,actions=meter:1,2")
        {
            Meters = ["meter=1,kbps,burst,bands=type=drop,rate=2,burst_size=5"],
        },
        new("meter bands", "in_port=1,actions=meter:1,2")
        {
            Meters = ["meter=1,pktps,burst,stats,bands=type=drop,rate=1,burst_size=9,type=drop,rate=4,burst_size=6"],
        },
        new("meter of two", "in_port=1,actions=meter:1,2,resubmit(,1)", "table=1,actions=meter:2,3")
        {
            Meters = ["meter=1,pktps,burst,bands=type=drop,rate=3,burst_size=9", "meter=2,pktps,burst,bands=type=drop,rate=1,burst_size=3"],
        },
        new("meter then ct", "ip,in_port=1,actions=meter:1,ct(commit,table=1)", "table=1,actions=2", "ipv6,in_port=1,actions=meter:1,3")
        {
            Meters = ["meter=1,pktps,bands=type=drop,rate=4"],
        },
        new("multipath", "in_port=1,actions=multipath(symmetric_l4,1024,hrw,3,0,NXM_NX_REG0[0..1]),resubmit(,1)",
            "table=1,reg0=0,actions=2", "table=1,reg0=1,actions=3", "table=1,reg0=2,actions=4"),
        new("bundle", "in_port=1,actions=bundle(eth_src,0,hrw,ofport,members:2,3,4)"),
        new("cut", "in_port=1,actions=output(port=2,max_len=40),output(port=3,max_len=64),4"),
        new("long and short", "in_port=1,actions=check_pkt_larger(70)->NXM_NX_REG0[0],resubmit(,1)",
            "table=1,reg0=1,actions=2", "table=1,reg0=0,actions=3"),
        new("clone", "in_port=1,actions=clone(set_field:02:00:00:00:77:77->eth_dst,push_vlan:0x8100,set_field:4100->vlan_vid,3),2"),
        new("learn",
            "table=0,ip,in_port=1,actions=learn(table=1,hard_timeout=20,eth_type=0x800,NXM_OF_IP_DST[]=NXM_OF_IP_SRC[],"
            + "output:NXM_OF_IN_PORT[]),2",
            "table=0,in_port=2,actions=resubmit(,1)", "table=1,priority=0,actions=4"),
        new("rewrite", "udp,in_port=1,actions=dec_ttl,mod_nw_src:192.0.2.1,mod_nw_dst:192.0.2.2,mod_nw_tos:32,2,mod_tp_dst:99,3",
            "tcp,in_port=1,actions=mod_tp_src:1,mod_tp_dst:2,2,strip_vlan,mod_vlan_vid:9,3", "tcp6,in_port=1,actions=mod_tp_src:1,2",
            "udp6,in_port=1,actions=set_field:fd05::5->ipv6_dst,mod_tp_dst:7,2"),
        new("labels", "ip,in_port=1,actions=push_mpls:0x8847,set_field:77->mpls_label,2",
            "ipv6,in_port=1,actions=push_mpls:0x8847,push_mpls:0x8847,3"),
        new("queues", "in_port=1,actions=set_queue:3,2,pop_queue,3"),
    ];
}
