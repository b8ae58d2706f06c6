using Fabric.Flow;

namespace Fabric.Agent.Tests;

public class RevalidatorTests
{
    private const string Packet = "ip,dl_src=00:00:00:00:00:0a,dl_dst=00:00:00:00:00:0b,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_ttl=64";

    private readonly Bench _bench = new Bench().Port(1).Port(2).Port(3).Rules("priority=1,in_port=1,actions=2");

    private Ufid Install()
    {
        _bench.Upcall(101, Packet);
        return _bench.Datapath.Puts[^1].Ufid;
    }

    private void Sweep(int durationMs = 10, params FlowStatistics[] dump) => _bench.Agent.Sweep(dump, _bench.NowMs, durationMs,
        _bench.Datapath);

    [Fact]
    public void A_flow_whose_rules_did_not_change_is_kept()
    {
        var ufid = Install();
        Sweep(10, new FlowStatistics(ufid, 5, 500, _bench.NowMs));
        Assert.Empty(_bench.Datapath.Modifies);
        Assert.Empty(_bench.Datapath.Deletes);
    }

    [Fact]
    public void New_actions_of_a_rule_reach_the_flow_R2()
    {
        var ufid = Install();
        _bench.Rules("priority=1,in_port=1,actions=3");
        Sweep(10, new FlowStatistics(ufid, 5, 500, _bench.NowMs));
        var (modified, actions) = Assert.Single(_bench.Datapath.Modifies);
        Assert.Equal(ufid, modified);
        Assert.Equal("103", ActionWords.Of(actions));
        Sweep(10, new FlowStatistics(ufid, 5, 500, _bench.NowMs));
        Assert.Single(_bench.Datapath.Modifies);
    }

    [Fact]
    public void A_flow_too_wide_for_the_new_rules_goes_R2()
    {
        var ufid = Install();
        _bench.Rules("priority=9,ip,nw_dst=10.0.0.9,actions=drop");
        Sweep(10, new FlowStatistics(ufid, 5, 500, _bench.NowMs));
        Assert.Equal((ufid, FlowDeleteReason.NeedsNarrowerMask), Assert.Single(_bench.Datapath.Deletes));
        Assert.Equal(0, _bench.Agent.Revalidator.FlowCount);
    }

    [Fact]
    public void A_flow_of_a_port_that_left_goes()
    {
        var ufid = Install();
        _bench.Agent.RemovePort("br-int", "p1");
        Sweep(10, new FlowStatistics(ufid, 5, 500, _bench.NowMs));
        Assert.Equal((ufid, FlowDeleteReason.NoBridge), Assert.Single(_bench.Datapath.Deletes));
    }

    [Fact]
    public void A_flow_whose_rules_now_loop_goes()
    {
        var ufid = Install();
        _bench.Rules("priority=1,in_port=1,actions=resubmit(,0)");
        Sweep(10, new FlowStatistics(ufid, 5, 500, _bench.NowMs));
        Assert.Equal((ufid, FlowDeleteReason.TranslationError), Assert.Single(_bench.Datapath.Deletes));
    }

    [Fact]
    public void An_idle_flow_goes_after_ten_seconds_R3()
    {
        var ufid = Install();
        _bench.NowMs += 10_000;
        Sweep(10, new FlowStatistics(ufid, 0, 0, 0));
        Assert.Empty(_bench.Datapath.Deletes);
        _bench.NowMs += 1;
        Sweep(10, new FlowStatistics(ufid, 0, 0, 0));
        Assert.Equal((ufid, FlowDeleteReason.Idle), Assert.Single(_bench.Datapath.Deletes));
    }

    [Fact]
    public void A_flow_nobody_knows_goes()
    {
        Sweep(10, new FlowStatistics(new Ufid(1, 2), 1, 1, _bench.NowMs));
        Assert.Equal((new Ufid(1, 2), FlowDeleteReason.BadFit), Assert.Single(_bench.Datapath.Deletes));
    }

    [Fact]
    public void A_flow_that_two_dumps_lack_is_forgotten_R4()
    {
        Install();
        Sweep();
        Assert.Equal(1, _bench.Agent.Revalidator.FlowCount);
        Sweep();
        Assert.Equal(0, _bench.Agent.Revalidator.FlowCount);
        Assert.Equal(1, _bench.Agent.Revalidator.Deleted[FlowDeleteReason.MissingInDatapath]);
        Assert.Empty(_bench.Datapath.Deletes);
    }

    [Fact]
    public void A_quiet_flow_is_deleted_rather_than_revalidated_while_sweeps_are_slow()
    {
        var ufid = Install();
        Sweep(250, new FlowStatistics(ufid, 1, 100, _bench.NowMs));
        _bench.Rules("priority=2,in_port=3,actions=1");
        _bench.NowMs += 200;
        Sweep(250, new FlowStatistics(ufid, 1, 100, _bench.NowMs - 200));
        Assert.Equal((ufid, FlowDeleteReason.TooExpensive), Assert.Single(_bench.Datapath.Deletes));
    }

    [Fact]
    public void A_busy_flow_is_revalidated_even_while_sweeps_are_slow()
    {
        var ufid = Install();
        Sweep(250, new FlowStatistics(ufid, 1, 100, _bench.NowMs));
        _bench.Rules("priority=2,in_port=3,actions=1");
        _bench.NowMs += 200;
        Sweep(250, new FlowStatistics(ufid, 21, 100, _bench.NowMs - 10));
        Assert.Empty(_bench.Datapath.Deletes);
    }

    [Theory]
    [InlineData(0, 999, true)]
    [InlineData(0, 1_000, false)]
    [InlineData(1, 999, true)]
    [InlineData(1, 1_000, false)]
    [InlineData(2_000, 1, false)]
    public void No_packets_a_second_to_be_worth_it_are_one_as_in_OVS(int packetsPerSecond, int unusedMs, bool isKept)
    {
        _bench.Agent.Revalidator.Configure(new RevalidatorOptions { MinRevalidatePps = packetsPerSecond });
        var ufid = Install();
        Sweep(250, new FlowStatistics(ufid, 1, 100, _bench.NowMs));
        _bench.Rules("priority=2,in_port=3,actions=1");
        _bench.NowMs += unusedMs;
        Sweep(250, new FlowStatistics(ufid, 1, 100, _bench.NowMs - unusedMs));
        Assert.Equal(isKept ? 0 : 1, _bench.Datapath.Deletes.Count(d => d.Reason == FlowDeleteReason.TooExpensive));
    }

    [Fact]
    public void A_datapath_of_a_new_life_is_told_the_idle_time_that_holds_now()
    {
        var (revalidator, datapath) = (_bench.Agent.Revalidator, _bench.Datapath);
        Assert.Equal(-1, datapath.MaxIdleMs);
        revalidator.TellAgain(datapath);
        Assert.Equal(10_000, datapath.MaxIdleMs);
        revalidator.BeginSweep(10_001, datapath);
        Assert.Equal(100, datapath.MaxIdleMs);
        // It has no flows, so they are not too many.
        revalidator.DatapathLost();
        revalidator.TellAgain(datapath);
        Assert.Equal(10_000, datapath.MaxIdleMs);
    }

    [Fact]
    public void Above_twice_the_limit_everything_goes_and_above_the_limit_idle_is_100_ms_R3()
    {
        var ufid = Install();
        var datapath = _bench.Datapath;
        _bench.Agent.Revalidator.BeginSweep(10_001, datapath);
        Assert.Equal(100, datapath.MaxIdleMs);
        _bench.Agent.Revalidator.Judge([new FlowStatistics(ufid, 1, 100, _bench.NowMs)], _bench.NowMs + 101, datapath);
        Assert.Equal((ufid, FlowDeleteReason.Idle), Assert.Single(datapath.Deletes));
        ufid = Install();
        _bench.Agent.Revalidator.BeginSweep(20_001, datapath);
        _bench.Agent.Revalidator.Judge([new FlowStatistics(ufid, 2, 100, _bench.NowMs)], _bench.NowMs, datapath);
        Assert.Equal((ufid, FlowDeleteReason.FlowLimit), datapath.Deletes[^1]);
        _bench.Agent.Revalidator.BeginSweep(1, datapath);
        Assert.Equal(10_000, datapath.MaxIdleMs);
    }

    [Fact]
    public void Packets_are_credited_once_A2_R1()
    {
        var rule = _bench.Bridge.Tables.Rules.Single();
        var ufid = Install();
        Assert.Equal((1, 100), (rule.Packets, rule.Bytes));
        Sweep(10, new FlowStatistics(ufid, 10, 1000, 1500));
        Sweep(10, new FlowStatistics(ufid, 10, 1000, 1500));
        Assert.Equal((11, 1100), (rule.Packets, rule.Bytes));
        Assert.Equal(1500, rule.UsedMs);
        Sweep(10, new FlowStatistics(ufid, 3, 300, 1600));
        Assert.Equal(11, rule.Packets);
        _bench.Agent.Revalidator.FlowRemoved(new FlowStatistics(ufid, 4, 400, 1700));
        Assert.Equal((12, 1200), (rule.Packets, rule.Bytes));
        Assert.Equal(0, _bench.Agent.Revalidator.FlowCount);
    }

    [Fact]
    public void A_deleted_flow_is_credited_with_its_last_statistics_though_another_of_its_name_is_there_R5()
    {
        var rule = _bench.Bridge.Tables.Rules.Single();
        var ufid = Install();
        Sweep(10, new FlowStatistics(ufid, 10, 1000, 1500));
        Assert.Equal(FlowState.Operational, _bench.Agent.Revalidator.Find(ufid)!.State);
        _bench.Agent.Revalidator.Purge(_bench.Datapath);
        Assert.Equal((0, 11), (_bench.Agent.Revalidator.FlowCount, rule.Packets));
        Install();
        _bench.Agent.Revalidator.FlowRemoved(new FlowStatistics(ufid, 13, 1300, 1600));
        Assert.Equal((15, 1), (rule.Packets, _bench.Agent.Revalidator.FlowCount));
        _bench.Agent.Revalidator.FlowRefused(ufid);
        Assert.Equal((15, 0), (rule.Packets, _bench.Agent.Revalidator.FlowCount));
    }

    [Fact]
    public void An_emergency_ends_as_soon_as_enough_flows_are_gone_R3()
    {
        var flows = Enumerable.Range(0, 200).Select(i => new FlowStatistics(new Ufid((ulong)i, 1), 1, 100, _bench.NowMs)).ToArray();
        var ufid = Install();
        flows[150] = new FlowStatistics(ufid, 1, 100, _bench.NowMs);
        _bench.Agent.Revalidator.Limit.Set(50);
        _bench.Agent.Revalidator.BeginSweep(200, _bench.Datapath);
        _bench.Agent.Revalidator.Judge(flows, _bench.NowMs, _bench.Datapath);
        // Those of another agent went first, and by then there were few enough.
        Assert.DoesNotContain(_bench.Datapath.Deletes, d => d.Ufid == ufid);
        Assert.Equal(199, _bench.Datapath.Deletes.Count);
    }

    [Fact]
    public void A_rule_ages_by_the_packets_that_the_datapath_forwarded()
    {
        _bench.Rules("priority=5,in_port=1,idle_timeout=10,actions=3", "priority=4,in_port=1,hard_timeout=30,actions=2");
        var ufid = Install();
        _bench.NowMs = 10_500;
        Sweep(10, new FlowStatistics(ufid, 1, 100, 10_000));
        Assert.Empty(_bench.Agent.Tick(11_000));
        Assert.Empty(_bench.Agent.Tick(20_000));
        Assert.Equal(5, Assert.Single(_bench.Agent.Tick(20_001)).Priority);
        Assert.Equal(4, Assert.Single(_bench.Agent.Tick(31_001)).Priority);
    }

    [Fact]
    public void A_second_packet_of_the_same_flow_puts_nothing_but_is_executed_A1()
    {
        Install();
        _bench.Upcall(101, Packet);
        Assert.Single(_bench.Datapath.Puts);
        Assert.Equal(2, _bench.Datapath.Executed.Count);
        _bench.NowMs += 1000;
        _bench.Upcall(101, Packet);
        Assert.Equal(2, _bench.Datapath.Puts.Count);
    }

    [Fact]
    public void A_learned_address_turns_a_flooding_flow_into_a_forwarding_one()
    {
        var bench = new Bench().Port(1).Port(2).Port(3).Rules("actions=NORMAL");
        bench.Upcall(101, Packet);
        var ufid = bench.Datapath.Puts[0].Ufid;
        Assert.Equal("102,103", ActionWords.Of(bench.Datapath.Puts[0].Actions));
        bench.Upcall(102, "ip,dl_src=00:00:00:00:00:0b,dl_dst=00:00:00:00:00:0a");
        bench.Agent.Sweep([new FlowStatistics(ufid, 1, 1, bench.NowMs)], bench.NowMs, 1, bench.Datapath);
        Assert.Equal("102", ActionWords.Of(Assert.Single(bench.Datapath.Modifies).Actions));
    }

    [Fact]
    public void What_the_datapath_cannot_do_comes_up_each_time()
    {
        var bench = new Bench().Port(1).Port(2).Rules("arp,actions=set_field:10.0.0.9->arp_spa,output:2");
        var result = bench.Upcall(101, "arp,arp_op=1,arp_spa=10.0.0.1,arp_tpa=10.0.0.2");
        Assert.True(result.IsSlow);
        Assert.Equal("userspace(SlowPath)", ActionWords.Of(bench.Datapath.Puts[0].Actions));
        Assert.Equal("set(arp(sip=10.0.0.9)),102", ActionWords.Of(bench.Datapath.Executed[0]));
        bench.Upcall(101, "arp,arp_op=1,arp_spa=10.0.0.1,arp_tpa=10.0.0.2", UserspaceReason.SlowPath);
        Assert.Single(bench.Datapath.Puts);
        Assert.Equal(2, bench.Datapath.Executed.Count);
    }
}
