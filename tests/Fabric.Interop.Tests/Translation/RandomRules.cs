using System.Globalization;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// Rule sets and packets drawn at random from small pools, so that packets meet rules. No two rules of a table have one priority: which of
/// two equals wins is left open by the specification.
/// </summary>
internal sealed class RandomRules(Random random)
{
    private const int TableCount = 5;

    private static readonly string[] Addresses4 = ["10.0.0.1", "10.0.0.2", "10.0.1.3", "10.1.0.4", "192.168.7.5", "224.0.0.5"];
    private static readonly string[] Addresses6 = ["fe80::1", "fe80::2", "2001:db8::3", "2001:db8:7::4", "ff02::5"];
    private static readonly string[] Macs = ["50:54:00:00:00:01", "50:54:00:00:00:02", "50:54:00:00:01:03", "01:00:5e:00:00:05"];
    private static readonly int[] TransportPorts = [22, 53, 80, 81, 443, 1234, 8080, 60000];

    private readonly Dictionary<int, HashSet<int>> _priorities = [];

    /// <summary>A set has either action sets or what recirculates: ovs-vswitchd 3.1 ends when it traces both together.</summary>
    private bool _hasActionSets;

    public RuleSet MakeRules(int number)
    {
        _priorities.Clear();
        _hasActionSets = random.Next(4) == 0;
        var set = new RuleSet(string.Create(CultureInfo.InvariantCulture, $"random {number}"));
        set.Meters.Add("meter=1 kbps bands=type=drop rate=1000");
        for (var id = 1; id <= 4; id++) set.Groups.Add(Group(id));
        for (var table = 0; table < TableCount; table++)
        {
            var count = random.Next(3, 12);
            for (var i = 0; i < count; i++) set.Rules.Add(Rule(table));
            // A packet that meets nothing in the first tables shows little.
            if (table < 2) set.Rules.Add(Text($"table={table},priority=0,actions=resubmit(,{table + 1})"));
        }

        if (random.Next(3) == 0) AddConjunction(set);
        return set;
    }

    public TracedPacket MakePacket() => new(Packet(), []);

    private string Packet()
    {
        var kind = Pick(PacketKind.All);
        var words = new List<string> { Text($"in_port={random.Next(1, 7)}") };
        if (random.Next(80) == 0)
            words[0] = Text($"in_port=10,tun_id={random.Next(1, 5)},tun_src=192.0.2.{random.Next(1, 4)},tun_dst=192.0.2.9,tun_ttl=64");
        if (random.Next(3) == 0) words.Add(Text($"dl_vlan={Pick(5, 10, 20)},dl_vlan_pcp={random.Next(8)}"));
        if (kind.IsIp && random.Next(6) == 0)
            words.Add(Text($"ct_state={Pick("trk|new", "trk|est", "trk|est|rpl", "trk|inv")},")
                + Text($"ct_zone={random.Next(3)},ct_mark={random.Next(4)}"));
        if (random.Next(10) == 0) words.Add(Text($"pkt_mark={random.Next(4)}"));
        words.Add(kind.Word);
        words.Add($"dl_src={Pick(Macs[..3])},dl_dst={Pick(Macs)}");
        words.AddRange(kind.Fields.Select(f => $"{f}={Value(f)}"));
        if (kind.Word == "icmp6" && random.Next(2) == 0)
        {
            var link = words.Contains("icmpv6_type=135") ? ",nd_target=fe80::2,nd_sll=50:54:00:00:00:01"
                : words.Contains("icmpv6_type=136") ? ",nd_target=fe80::2,nd_tll=50:54:00:00:00:01" : "";
            words[^1] = $"icmpv6_code=0{link}";
        }

        if (kind.Word == "tcp" && random.Next(8) == 0) words.Add("nw_frag=first");
        if (kind.Word == "tcp") words.Add(Text($"tcp_flags={Pick("0x2", "0x10", "0x11", "0x12")}"));
        return string.Join(',', words);
    }

    private string Rule(int table)
    {
        var kind = random.Next(5) == 0 ? PacketKind.Any : Pick(PacketKind.All);
        var taken = _priorities.TryGetValue(table, out var set) ? set : _priorities[table] = [];
        int priority;
        do priority = random.Next(1, 60000);
        while (!taken.Add(priority));
        while (true)
        {
            var rule = Text($"table={table},priority={priority},{Match(kind, table)}actions={Actions(kind, table)}");
            // Drawn again when its actions do not fit each other, as a third VLAN tag or an IP address under an MPLS label.
            if (RuleText.TryParse(rule, NoOpenFlowPorts.Instance, out var mod, out _)
                && ActionCheck.Check(mod.Actions, mod.Match, OpenFlowVersion.V15) == OpenFlowError.None) return rule;
        }
    }

    private string Match(PacketKind kind, int table)
    {
        var words = new List<string>();
        if (kind.Word.Length > 0) words.Add(kind.Word);
        if (random.Next(4) == 0) words.Add(Text($"in_port={random.Next(1, 7)}"));
        if (random.Next(6) == 0) words.Add(Pick("dl_vlan=5", "dl_vlan=10", "vlan_tci=0x1000/0x1000", "vlan_tci=0/0x1fff",
            "dl_vlan_pcp=3"));
        if (random.Next(4) == 0) words.Add($"dl_dst={Pick(Pick(Macs), "01:00:00:00:00:00/01:00:00:00:00:00", Pick(Macs))}");
        if (random.Next(8) == 0)
            words.Add($"dl_src={Pick("50:54:00:00:00:00/ff:ff:ff:ff:00:00", Macs[0], "00:00:00:00:00:01/00:00:00:00:00:01")}");
        if (table > 0 && random.Next(4) == 0) words.Add(Text($"reg{random.Next(3)}={Pick("0", "1", "5", "0x4/0x4")}"));
        if (table > 0 && random.Next(10) == 0) words.Add("metadata=0x7/0xf");
        if (random.Next(12) == 0) words.Add(Text($"tun_id={random.Next(1, 4)}"));
        if (random.Next(15) == 0) words.Add("pkt_mark=0x1/0x1");
        if (kind.IsIp && random.Next(6) == 0) words.Add($"ct_state={Pick("+trk+new", "+trk+est", "-trk", "+trk+est-rpl", "+trk+inv")}");
        if (kind.IsIp && random.Next(15) == 0) words.Add("ct_mark=0x1/0x3");
        foreach (var field in kind.Fields.Where(_ => random.Next(3) == 0)) words.Add($"{field}={MaskedValue(field)}");
        if (kind.Word == "tcp" && random.Next(8) == 0) words.Add($"tcp_flags={Pick("+syn-ack", "+ack", "+fin", "0x12")}");
        if (kind.IsIp && random.Next(10) == 0) words.Add($"nw_frag={Pick("no", "yes", "first", "not_later")}");
        return words.Count == 0 ? "" : string.Join(',', words) + ",";
    }

    private string Actions(PacketKind kind, int table)
    {
        var count = random.Next(8) == 0 ? 0 : random.Next(1, 5);
        var actions = new List<string>();
        if (random.Next(20) == 0) actions.Add("meter:1");
        for (var i = 0; i < count; i++) actions.Add(Action(kind, table));
        if (random.Next(3) != 0) actions.Add(Text($"output:{random.Next(1, 7)}"));
        var sets = Pick("output:2", "output:3", "set_field:00:00:00:00:00:ee->eth_src,output:4", "group:1", "output:5,group:2");
        if (_hasActionSets && random.Next(3) == 0) actions.Add($"write_actions({sets})");
        if (random.Next(15) == 0) actions.Add("write_metadata:0x7/0xff");
        if (table < TableCount - 1 && random.Next(5) == 0) actions.Add(Text($"goto_table:{random.Next(table + 1, TableCount)}"));
        return actions.Count == 0 ? "drop" : string.Join(',', actions);
    }

    private string Action(PacketKind kind, int table)
    {
        if (kind.Actions.Length > 0 && random.Next(3) == 0 && !(_hasActionSets && kind.Word == "mpls")) return Pick(kind.Actions);
        // Rare, for these are known to differ in the megaflow.
        if (kind.IsIp && random.Next(60) == 0)
            return Pick("push_mpls:0x8847,set_field:100->mpls_label", "set_field:8->ip_dscp", "set_field:1->nw_ecn");
        if (!_hasActionSets && kind.IsIp && random.Next(8) == 0) return Connection(table);
        var further = Math.Min(table + random.Next(1, 3), TableCount - 1);
        return random.Next(22) switch
        {
            0 => Text($"output:{random.Next(1, 8)}"),
            1 or 2 => Text($"resubmit(,{further})"),
            3 => Text($"resubmit({random.Next(1, 7)},{further})"),
            4 => Text($"set_field:{random.Next(6)}->reg{random.Next(3)}"),
            5 => $"set_field:{Pick(Macs)}->eth_dst",
            6 => "push_vlan:0x8100,set_field:4106->vlan_vid",
            7 => "set_field:0x100f->vlan_tci",
            8 => Text($"move:NXM_OF_IN_PORT[]->NXM_NX_REG{random.Next(3)}[0..15]"),
            9 => "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]",
            10 => Text($"group:{random.Next(1, 5)}"),
            11 => Text($"clone({Action(kind, table)},output:{random.Next(1, 7)})"),
            12 => Text($"set_field:{random.Next(1, 5)}->tun_id,set_field:192.0.2.{random.Next(1, 4)}->tun_dst,output:10"),
            13 => "output:11",
            14 => "IN_PORT",
            15 => "set_field:0x7->metadata",
            16 => Text($"set_field:{random.Next(4)}->pkt_mark"),
            17 => "push:NXM_NX_REG0[],pop:NXM_NX_REG2[]",
            18 => Text($"multipath({HashOf(kind)},{random.Next(9)},hrw,4,0,NXM_NX_REG1[0..1])"),
            19 => Text($"learn(table=4,priority={random.Next(9)},NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])"),
            20 => Text($"output(port={random.Next(1, 7)},max_len=100)"),
            _ => Pick("controller(max_len=128)", "set_queue:3", "pop_queue", "note:11", "exit", "load:0x3->NXM_NX_REG1[4..7]",
                "bundle(eth_src,0,hrw,ofport,members:2,3,4)", "output:NXM_NX_REG0[0..15]"),
        };
    }

    /// <summary>What hashes as layers 3 and 4 but has none is known to differ in the megaflow, so it is rare.</summary>
    private string HashOf(PacketKind kind) => kind.IsIp || random.Next(20) == 0 ? "symmetric_l3l4" : Pick("eth_src", "symmetric_l4");

    private string Connection(int table)
    {
        var next = table + 1;
        // What comes back comes to a later table: a trace of what comes back to the same one would not end.
        return (next < TableCount ? random.Next(6) : Pick(0, 3, 5)) switch
        {
            0 => "ct(commit)",
            1 => Text($"ct(table={next})"),
            2 => Text($"ct(table={next},zone={random.Next(1, 4)})"),
            3 => Text($"ct(commit,zone={random.Next(3)},exec(set_field:{random.Next(4)}->ct_mark))"),
            4 => Text($"ct(table={next},zone=NXM_NX_REG0[0..15],nat)"),
            _ => "ct_clear",
        };
    }

    private string Group(int id)
    {
        var buckets = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Bucket()).ToList();
        return random.Next(5) switch
        {
            0 => Text($"group_id={id},type=indirect,bucket=actions={Bucket()}"),
            1 => Text($"group_id={id},type=select,selection_method=hash,fields(eth_src,ip_dst,tcp_dst),bucket=actions={
                string.Join(",bucket=actions=", buckets)}"),
            2 => Text($"group_id={id},type=ff,bucket=watch_port:{random.Next(1, 9)},actions={
                string.Join(",bucket=watch_port:3,actions=", buckets)}"),
            3 when !_hasActionSets => Text($"group_id={id},type=select,bucket=actions={string.Join(",bucket=actions=", buckets)}"),
            _ => Text($"group_id={id},type=all,bucket=actions={string.Join(",bucket=actions=", buckets)}"),
        };
    }

    private string Bucket() =>
        Pick("", "set_field:00:00:00:00:00:ab->eth_src,", "set_field:3->reg0,", "push_vlan:0x8100,set_field:4100->vlan_vid,")
        + Text($"output:{random.Next(1, 7)}");

    private void AddConjunction(RuleSet set)
    {
        set.Rules.Add("table=1,priority=65000,ip,nw_src=10.0.0.1,actions=conjunction(9,1/2)");
        set.Rules.Add("table=1,priority=65000,ip,nw_src=10.0.1.3,actions=conjunction(9,1/2)");
        set.Rules.Add(Text($"table=1,priority=65000,tcp,tp_dst={Pick(TransportPorts)},actions=conjunction(9,2/2)"));
        set.Rules.Add(Text($"table=1,priority=65000,udp,tp_dst={Pick(TransportPorts)},actions=conjunction(9,2/2)"));
        set.Rules.Add("table=1,priority=65001,conj_id=9,ip,actions=output:4");
    }

    private string Value(string field) => field switch
    {
        "nw_src" or "nw_dst" or "arp_spa" or "arp_tpa" => Pick(Addresses4),
        "ipv6_src" or "ipv6_dst" => Pick(Addresses6),
        "arp_sha" or "arp_tha" => Pick(Macs),
        "arp_op" => Pick("1", "2"),
        "nw_ttl" => Pick("64", "64", "63", "1"),
        "nw_tos" => Pick("0", "16", "184"),
        "icmp_type" => Pick("0", "3", "8"),
        "icmpv6_type" => Pick("128", "135", "136"),
        "icmp_code" or "icmpv6_code" => "0",
        "mpls_label" => Pick("16", "100", "200"),
        "mpls_tc" => Pick("0", "3"),
        "mpls_ttl" => Pick("64", "1"),
        "mpls_bos" => "1",
        _ => Text($"{Pick(TransportPorts)}"),
    };

    private string MaskedValue(string field) => field switch
    {
        "nw_src" or "nw_dst" =>
            Pick(Value(field), Value(field), "10.0.0.0/24", "10.0.0.0/16", "10.0.0.0/8", "192.168.0.0/17", "0.0.0.1/0.0.0.1"),
        "ipv6_src" or "ipv6_dst" => Pick(Value(field), Value(field), "fe80::/64", "2001:db8::/32", "2001:db8:7::/48"),
        "tcp_src" or "tcp_dst" or "udp_src" or "udp_dst" => Pick(Value(field), Value(field), "0x50/0xfff0", "0x400/0xfc00"),
        _ => Value(field),
    };

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
