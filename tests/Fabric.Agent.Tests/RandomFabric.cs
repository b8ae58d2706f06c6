using System.Globalization;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>Random bridges, rules and packets out of few values, so that rules meet packets often.</summary>
/// <param name="isRanked">No two rules have the same priority, so that there is one answer for every packet.</param>
internal sealed class RandomFabric(Random random, bool isRanked = false)
{
    private static readonly string[] Kinds =
    [
        "", "ip", "tcp", "udp", "icmp", "arp", "ipv6", "tcp6", "icmp6", "ip,nw_frag=later", "tcp,nw_frag=first",
    ];

    private static readonly string[] Actions =
    [
        "NORMAL", "output:1", "output:2", "output:3", "output:10", "output:11", "output:20", "in_port", "flood", "drop", "dec_ttl",
            "strip_vlan",
        "push_vlan:0x8100", "mod_vlan_vid:30", "mod_vlan_pcp:5", "mod_dl_src:00:00:00:00:00:0c", "mod_dl_dst:00:00:00:00:00:0b",
        "mod_nw_src:10.0.0.3", "mod_nw_dst:10.0.0.2", "mod_nw_tos:32", "mod_nw_ttl:64", "mod_tp_src:80", "mod_tp_dst:443", "set_tunnel:7",
        "resubmit(,1)", "resubmit(,2)", "resubmit(2,1)", "load:0x5->NXM_NX_REG0[]", "load:1->NXM_OF_ETH_DST[0]",
            "load:0x3->NXM_NX_REG1[4..7]",
        "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]", "move:NXM_NX_REG0[0..7]->NXM_OF_ETH_DST[8..15]",
            "move:NXM_OF_ETH_DST[0..31]->NXM_NX_REG1[]",
        "set_field:192.0.2.7->tun_dst", "move:NXM_OF_VLAN_TCI[]->NXM_NX_REG0[0..15]", "output:NXM_NX_REG0[0..15]", "mod_nw_ecn:1",
        "set_field:0x9->pkt_mark", "set_field:5->metadata", "set_queue:1", "set_queue:0", "pop_queue", "enqueue:2:1", "enqueue:3:5",
        "group:1", "group:2", "group:3", "group:4", "ct(table=1)", "ct(commit,zone=5)", "ct(zone=NXM_NX_REG0[0..15],table=2)",
        "ct(commit,table=1,exec(load:1->NXM_NX_CT_MARK[]))", "ct(commit,nat(src=10.9.9.9),table=2)", "ct_clear",
        "clone(load:3->NXM_NX_REG1[],output:2)", "clone(ct(commit),output:3)", "exit", "note:00.11",
        "learn(table=2,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_NX_REG0[0..15]->NXM_NX_REG1[0..15])",
        "multipath(symmetric_l4,0,modulo_n,4,0,NXM_NX_REG0[0..7])", "multipath(eth_src,50,hrw,3,0,NXM_NX_REG1[0..3])",
        "bundle_load(symmetric_l3l4,7,hrw,ofport,NXM_NX_REG0[0..15],members:1,2,3)", "push:NXM_OF_ETH_SRC[]", "push:NXM_NX_REG0[0..15]",
        "pop:NXM_NX_REG1[]", "pop:NXM_OF_ETH_DST[]", "check_pkt_larger(100)->NXM_NX_REG3[0]", "output(port=2,max_len=100)",
        "controller(max_len=64,userdata=01.02)", "push_mpls:0x8847,output:2",
    ];

    private static readonly string[] Groups =
    [
        "group_id=1,type=all,bucket=actions=mod_dl_src:00:00:00:00:00:0e,output:1,bucket=actions=output:2",
        "group_id=2,type=select,selection_method=hash,fields(eth_src,ip_dst),bucket=actions=output:1,bucket=weight:3,actions=output:3",
        "group_id=3,type=select,bucket=actions=output:2,bucket=actions=resubmit(,1)",
        "group_id=4,type=fast_failover,bucket=watch_port:1,actions=output:1,bucket=watch_port:2,actions=resubmit(,2)",
    ];

    public Bench MakeBench()
    {
        var bench = new Bench().Port(1).Port(2, tag: 10).Port(3, trunks: [0, 10, 20])
            .Tunnel(10, "remote_ip=192.0.2.2,key=5").Tunnel(11, "remote_ip=flow,key=flow").Tunnel(12,
                "remote_ip=192.0.2.3,key=flow,tos=inherit,ttl=inherit");
        AddSecondBridge(bench);
        foreach (var text in Groups)
        {
            Assert.True(GroupText.TryParse(text, GroupCommand.Add, bench.Bridge, out var group, out var problem), $"{text}: {problem}");
            Assert.True(bench.Bridge.Groups.TryApply(group, 0, out var error), $"{text}: {error}");
        }

        if (random.Next(2) == 0) AddFeatures(bench);
        for (var i = 0; i < 24; i++)
        {
            var match = MatchText();
            var priority = isRanked ? i + 1 : random.Next(20);
            bench.Rules(Invariant($"table={random.Next(3)},priority={priority},{match}actions={ActionText(IsIp(match))}"));
        }

        for (var i = 0; i < 4; i++)
            bench.Bridge.Macs.Learn((ushort)(10 * random.Next(3)), new Wire.MacAddress((ulong)(10 + i)), new OfpPort((ushort)random.Next(1,
                4)), 0);
        return bench;
    }

    public FlowKey Packet()
    {
        var kind = Pick(Kinds);
        var text = Invariant($"{(kind.Length == 0 ? "dl_type=0x88cc" : kind)},dl_src=00:00:00:00:00:0{Pick("a", "b", "c")},dl_dst={Mac()}");
        if (random.Next(3) == 0) text += Invariant($",dl_vlan={10 * random.Next(4)},dl_vlan_pcp={random.Next(3)}");
        if (kind.StartsWith("ip6", StringComparison.Ordinal)
            || kind.EndsWith('6')) text += $",ipv6_src=fd00::{random.Next(3)},ipv6_dst=fd00::{random.Next(3)}";
        else if (kind.Length > 0) text += Invariant($",nw_src=10.0.0.{random.Next(4)},nw_dst=10.0.0.{random.Next(4)}");
        if (kind.Length > 0 && kind != "arp")
            text += Invariant($",nw_ttl={random.Next(1, 4)},nw_tos={4 * random.Next(3)},nw_ecn={random.Next(4)}");
        if (kind is "tcp" or "udp" or "tcp6") text += Invariant($",tp_src={random.Next(79, 82)},tp_dst={random.Next(79, 82)}");
        if (kind == "arp") text += Invariant($",arp_op={random.Next(1, 3)}");
        if (kind == "icmp6") text += Pick(",icmpv6_type=135,icmpv6_code=0,nd_target=fd00::1", ",icmpv6_type=128");
        var odp = (uint)random.Next(101, 104);
        if (random.Next(3) == 0)
        {
            odp = 4789;
            text += Invariant($",tun_id={random.Next(4, 7)},tun_src=192.0.2.{random.Next(2, 5)},tun_dst=192.0.2.1");
            text += Invariant($",tun_ttl=60,tun_tos={random.Next(4)}");
        }

        var key = Bench.Key(odp, text);
        if (key.VlanTci != 0 && random.Next(3) == 0) (key.InnerVlanTci, key.InnerVlanTpid) = ((ushort)(0x1000 | random.Next(3)),
            EtherType.Vlan);
        if (key.HasTunnel) key.TunnelFlags = Wire.TunnelFlags.Key;
        key.Normalize();
        return key;
    }

    /// <summary>VLAN modes, a bond, mirrors and marking queues, each as often there as not.</summary>
    private void AddFeatures(Bench bench)
    {
        for (ushort number = 1; number <= 3; number++)
        {
            var settings = bench.Bridge.FindPort(new OfpPort(number))!.Settings with
            {
                Vlan = RandomVlan(), IsProtected = random.Next(6) == 0, Qos = random.Next(3) > 0 ? null : new QosSettings("linux-htb")
                {
                    Queues = new Dictionary<uint, QueueSettings> { [1] = new() { Dscp = (byte)random.Next(64) }, [5] = new() },
                },
            };
            Assert.True(bench.Agent.TryUpdatePort("br-int", settings, out var problem), problem);
        }

        bench.Port(5).Port(6);
        var error = "";
        if (random.Next(2) == 0)
        {
            var bond = new BondSettings("b0", ["p5", "p6"])
            {
                Mode = (BondMode)random.Next(3), Vlan = RandomVlan(), Lacp = random.Next(3) == 0 ? LacpMode.Active : LacpMode.Off,
                HasLacpFallback = random.Next(2) == 0,
            };
            Assert.True(bench.Agent.TrySetBond("br-int", bond, 0, out error), error);
            if (random.Next(2) == 0) bench.Agent.Tick(5_000);
        }

        var mirrors = Enumerable.Range(0, random.Next(3)).Select(i => new MirrorSettings($"m{i}")
        {
            SelectAll = random.Next(2) == 0, SelectSourcePorts = [Pick("p1", "p2", "t10")],
            SelectDestinationPorts = [Pick("p3", "to-ex", "b0")],
            SelectVlans = random.Next(2) == 0 ? null : [0, 10], SnapSize = (ushort)(random.Next(2) * 64),
            OutputPort = random.Next(2) == 0 ? Pick("p3", "p6", "b0", "to-ex") : null, OutputVlan = (ushort)(10 * random.Next(4)),
        });
        Assert.True(bench.Agent.TrySetMirrors("br-int", [.. mirrors], out error), error);
    }

    private VlanSettings RandomVlan() => new()
    {
        Mode = random.Next(6) is < 5 and var mode ? (VlanMode)mode : null,
        Tag = random.Next(3) == 0 ? null : (ushort)(10 * random.Next(4)),
        Trunks = random.Next(2) == 0 ? null : [0, 10, 20],
        Cvlans = random.Next(2) == 0 ? null : [1, 10],
        PriorityTags = (PriorityTags)random.Next(3),
        QinqEthType = random.Next(2) == 0 ? EtherType.ServiceVlan : EtherType.Vlan,
    };

    private static void AddSecondBridge(Bench bench)
    {
        Assert.True(bench.Agent.TryAddBridge(new BridgeSettings("br-ex", new Wire.MacAddress(0x0200_0000_0002)), 0, out var error), error);
        Assert.True(bench.Agent.TryAddPort("br-int", new PortSettings("to-ex", new(20), OdpPort.None,
            AgentPortType.Patch) { Peer = "to-int" }, out error), error);
        Assert.True(bench.Agent.TryAddPort("br-ex", new PortSettings("to-int", new(1), OdpPort.None,
            AgentPortType.Patch) { Peer = "to-ex" }, out error), error);
        Assert.True(bench.Agent.TryAddPort("br-ex", new PortSettings("ex0", new(2), new(200)), out error), error);
        Assert.True(bench.Agent.TryAddRule("br-ex", "priority=5,ip,nw_dst=10.0.0.1,actions=mod_dl_src:00:00:00:00:00:0e,output:2,in_port",
            0, out error), error);
        Assert.True(bench.Agent.TryAddRule("br-ex", "priority=1,actions=NORMAL", 0, out error), error);
    }

    private string MatchText()
    {
        var kind = Pick(Kinds);
        var text = kind.Length == 0 ? "" : kind + ",";
        if (random.Next(4) == 0) text += $"in_port={Pick("1", "2", "10", "11", "12")},";
        if (random.Next(4) == 0) text += $"dl_dst={Mac()},";
        if (random.Next(8) == 0) text += "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,";
        if (random.Next(6) == 0) text += Pick("vlan_tci=0,", "dl_vlan=10,", "dl_vlan=20,", "vlan_tci=0x1000/0x1000,", "dl_vlan_pcp=1,");
        if (kind.Length > 0 && kind != "arp" && !kind.Contains('6') && kind != "ipv6")
        {
            if (random.Next(2) == 0) text += Invariant($"nw_dst=10.0.0.{random.Next(4)}/{random.Next(28, 33)},");
            if (random.Next(5) == 0) text += Invariant($"nw_ttl={random.Next(1, 4)},");
        }

        if (kind is "tcp" or "udp" or "tcp6" && random.Next(2) == 0) text += Invariant($"tp_dst={random.Next(79, 82)},");
        if (random.Next(6) == 0) text += Invariant($"reg0={random.Next(3) * 5},");
        if (random.Next(8) == 0) text += Invariant($"tun_id={random.Next(4, 8)},");
        if (random.Next(10) == 0) text += "metadata=5,";
        return text;
    }

    /// <summary>No action twice, for a packet has two tags at most; labels last, for behind them nothing is known to be IP.</summary>
    private string ActionText(bool isIp)
    {
        var picked = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pick(Actions)).Distinct()
            .Where(a => a != "drop" && (isIp || !a.Contains("ct(", StringComparison.Ordinal)));
        return string.Join(",", picked.OrderBy(a => a.StartsWith("push_mpls", StringComparison.Ordinal)).DefaultIfEmpty("drop"));
    }

    /// <summary>Only such packets can be tracked.</summary>
    private static bool IsIp(string match) => match.Split(',')[0] is "ip" or "tcp" or "udp" or "icmp" or "ipv6" or "tcp6" or "icmp6";

    private string Mac() => Pick("00:00:00:00:00:0a", "00:00:00:00:00:0b", "00:00:00:00:00:0d", "ff:ff:ff:ff:ff:ff");

    private string Pick(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
