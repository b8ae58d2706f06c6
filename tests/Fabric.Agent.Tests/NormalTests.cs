using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

public class NormalTests
{
    private const string A = "00:00:00:00:00:0a", B = "00:00:00:00:00:0b";

    private static Bench Switch() => new Bench().Port(1).Port(2).Port(3).Rules("actions=NORMAL");

    [Fact]
    public void An_unknown_destination_is_flooded_to_all_ports_but_the_input()
    {
        Assert.Equal("102,103", Switch().Actions(101, $"dl_src={A},dl_dst={B}"));
    }

    [Fact]
    public void An_answer_goes_only_where_the_question_came_from()
    {
        var bench = Switch();
        bench.Upcall(101, $"dl_src={A},dl_dst={B}");
        Assert.Equal("101", bench.Actions(102, $"dl_src={B},dl_dst={A}"));
    }

    [Fact]
    public void Translation_alone_learns_nothing_T5()
    {
        var bench = Switch();
        bench.Translate(101, $"dl_src={A},dl_dst={B}");
        Assert.Equal(0, bench.Bridge.Macs.Count);
    }

    [Fact]
    public void A_host_that_moved_is_found_at_its_new_port()
    {
        var bench = Switch();
        bench.Upcall(101, $"dl_src={A},dl_dst={B}");
        bench.Upcall(103, $"dl_src={A},dl_dst={B}");
        Assert.Equal("103", bench.Actions(102, $"dl_src={B},dl_dst={A}"));
        Assert.Equal("drop", bench.Actions(103, $"dl_src={B},dl_dst={A}"));
    }

    [Fact]
    public void Group_addresses_are_neither_learned_nor_looked_up()
    {
        var bench = Switch();
        bench.Upcall(101, $"dl_src=01:00:00:00:00:0a,dl_dst={B}");
        Assert.Equal(0, bench.Bridge.Macs.Count);
        Assert.Equal("102,103", bench.Actions(101, $"dl_src={A},dl_dst=ff:ff:ff:ff:ff:ff"));
        Assert.Equal("drop", bench.Actions(101, $"dl_src={A},dl_dst=01:80:c2:00:00:00"));
    }

    [Fact]
    public void An_entry_ages_after_five_minutes_and_statistics_keep_it_young()
    {
        var bench = Switch();
        bench.NowMs = 0;
        var flow = bench.Upcall(101, $"dl_src={A},dl_dst={B}");
        bench.Agent.Tick(299_999);
        Assert.Equal(1, bench.Bridge.Macs.Count);
        flow.Cache.Credit(1, 100, 200_000);
        bench.Agent.Tick(300_000);
        Assert.Equal(1, bench.Bridge.Macs.Count);
        bench.Agent.Tick(500_000);
        Assert.Equal(0, bench.Bridge.Macs.Count);
        flow.Cache.Credit(1, 100, 500_001);
        Assert.Equal(0, bench.Bridge.Macs.Count);
    }

    [Fact]
    public void The_table_is_bounded_and_the_oldest_entry_makes_room()
    {
        var macs = new MacTable(maxEntries: 2);
        for (var i = 1; i <= 3; i++) macs.Learn(0, new MacAddress((ulong)i), new OfpPort(1), i);
        Assert.Equal(2, macs.Count);
        Assert.Null(macs.Lookup(0, new MacAddress(1)));
        Assert.Equal(new OfpPort(1), macs.Lookup(0, new MacAddress(3)));
    }

    [Fact]
    public void Access_and_trunk_ports_keep_VLANs_apart()
    {
        var bench = new Bench().Port(1, tag: 10).Port(2, tag: 10).Port(3, tag: 20).Port(4).Port(5, trunks: [20]).Rules("actions=NORMAL");
        Assert.Equal("102,push_vlan(vid=10,pcp=0),104", bench.Actions(101, $"dl_src={A},dl_dst={B}"));
        Assert.Equal("push_vlan(vid=20,pcp=0),104,105", bench.Actions(103, $"dl_src={A},dl_dst={B}"));
        Assert.Equal("drop", bench.Actions(101, $"dl_vlan=10,dl_src={A},dl_dst={B}"));
        Assert.Equal("pop_vlan,101,102", bench.Actions(104, $"dl_vlan=10,dl_vlan_pcp=3,dl_src={A},dl_dst={B}"));
        Assert.Equal("drop", bench.Actions(105, $"dl_vlan=10,dl_src={A},dl_dst={B}"));
        Assert.Equal("105", bench.Actions(104, $"dl_vlan=20,dl_src={A},dl_dst={B}").Replace("pop_vlan,103,push_vlan(vid=20,pcp=0),", ""));
    }

    [Fact]
    public void The_same_address_in_two_VLANs_is_two_hosts()
    {
        var bench = new Bench().Port(1, tag: 10).Port(2, tag: 10).Port(3, tag: 20).Port(4, tag: 20).Rules("actions=NORMAL");
        bench.Upcall(101, $"dl_src={A},dl_dst={B}");
        bench.Upcall(103, $"dl_src={A},dl_dst={B}");
        Assert.Equal("101", bench.Actions(102, $"dl_src={B},dl_dst={A}"));
        Assert.Equal("103", bench.Actions(104, $"dl_src={B},dl_dst={A}"));
    }

    [Fact]
    public void A_standalone_bridge_starts_as_a_switch_and_a_secure_one_drops()
    {
        Assert.Equal("102", new Bench(FailMode.Standalone).Port(1).Port(2).Actions(101, $"dl_src={A},dl_dst={B}"));
        Assert.Equal("drop", new Bench().Port(1).Port(2).Actions(101, $"dl_src={A},dl_dst={B}"));
    }

    [Fact]
    public void A_port_that_is_gone_takes_its_addresses_along()
    {
        var bench = Switch();
        bench.Upcall(101, $"dl_src={A},dl_dst={B}");
        Assert.True(bench.Agent.RemovePort("br-int", "p1"));
        Assert.Equal("103", bench.Actions(102, $"dl_src={B},dl_dst={A}"));
    }
}
