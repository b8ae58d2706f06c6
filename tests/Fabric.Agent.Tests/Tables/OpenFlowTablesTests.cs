using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent.Tests;

public class OpenFlowTablesTests
{
    private readonly TableBench _bench = new();

    [Fact]
    public void An_add_of_the_same_match_and_priority_replaces_and_keeps_counters_unless_told_to_reset()
    {
        _bench.Add("cookie=1,priority=5,in_port=1,actions=2");
        var old = _bench.Rule("priority=5,in_port=1,actions=2");
        old.Credit(3, 300, 1500);
        _bench.NowMs = 2000;
        _bench.Add("cookie=7,priority=5,in_port=1,actions=3");
        var replaced = Assert.Single(_bench.Tables.Rules);
        Assert.Equal((7UL, 3L, 300L, 1500L, 2000L),
            (replaced.Cookie, replaced.Packets, replaced.Bytes, replaced.UsedMs, replaced.CreatedMs));
        // A flow translated before still credits the old one.
        old.Credit(1, 100, 2500);
        Assert.Equal((4L, 2500L), (replaced.Packets, replaced.UsedMs));
        _bench.Add("reset_counts,priority=5,in_port=1,actions=4");
        var reset = Assert.Single(_bench.Tables.Rules);
        Assert.Equal((0L, 2500L), (reset.Packets, reset.UsedMs));
        old.Credit(1, 100, 2600);
        Assert.Equal((0L, 2600L), (reset.Packets, reset.UsedMs));
        Assert.All(_bench.Events, e => Assert.Equal(RuleEventKind.Added, e.Kind));
        Assert.Equal(3, _bench.Events.Count);
    }

    [Fact]
    public void A_modify_changes_actions_and_leaves_timeouts_counters_and_age()
    {
        _bench.Add("cookie=1,idle_timeout=30,importance=4,in_port=1,tcp,actions=2", "in_port=1,udp,actions=2", "in_port=2,actions=2");
        _bench.NowMs = 5000;
        Assert.Equal(OpenFlowError.None, _bench.Try("in_port=1,idle_timeout=9,actions=7", FlowModCommand.Modify));
        var rule = _bench.Rule("in_port=1,tcp,actions=drop");
        Assert.Equal(("output:7", (ushort)30, (ushort)4, 1000L, 5000L, 1UL),
            (rule.Actions.ToString(), rule.IdleTimeoutSeconds, rule.Importance, rule.CreatedMs, rule.ModifiedMs, rule.Cookie));
        Assert.Equal("output:2", _bench.Rule("in_port=2,actions=drop").Actions.ToString());
        Assert.Equal(2, _bench.Events.Count(e => e.Kind == RuleEventKind.Modified));
        Assert.Equal("output:2", _bench.Events[^1].OldActions!.ToString());
        // Nothing changes, nothing is told.
        _bench.Try("in_port=1,actions=7", FlowModCommand.Modify);
        Assert.Equal(5, _bench.Events.Count);
    }

    [Fact]
    public void A_modify_that_finds_nothing_adds_only_where_the_protocol_gives_it_a_cookie()
    {
        Assert.Equal(OpenFlowError.None, _bench.Try("in_port=1,actions=7", FlowModCommand.Modify));
        Assert.Empty(_bench.Tables.Rules);
        Assert.Equal(OpenFlowError.None, _bench.Try("cookie=3,in_port=1,actions=7", FlowModCommand.ModifyStrict, modifiesCookie: true));
        Assert.Equal(3UL, Assert.Single(_bench.Tables.Rules).Cookie);
        Assert.Equal(OpenFlowError.None, _bench.Try("cookie=4,in_port=1,actions=8", FlowModCommand.ModifyStrict, modifiesCookie: true));
        Assert.Equal(4UL, Assert.Single(_bench.Tables.Rules).Cookie);
    }

    [Fact]
    public void Deletes_select_by_table_cookie_port_and_group_also_in_nested_lists()
    {
        _bench.TryGroup(new GroupMod { GroupId = 5, Buckets = [new GroupBucket(0)] });
        _bench.Add("cookie=0x11,in_port=1,actions=2", "cookie=0x12,in_port=2,actions=enqueue:3:1",
            "table=1,cookie=0x21,in_port=3,actions=group:5",
            "table=2,in_port=4,actions=clone(output:9)", "table=2,in_port=5,actions=controller");
        Delete("cookie=0x20/0xf0");
        Assert.Equal(4, _bench.Tables.RuleCount);
        Delete("out_port=9");
        Assert.DoesNotContain(_bench.RuleTexts, t => t.Contains("clone", StringComparison.Ordinal));
        Delete("out_port=3,table=0");
        Assert.Equal(2, _bench.Tables.RuleCount);
        Delete("cookie=0x11/0xffffffffffffffff");
        Delete("out_port=CONTROLLER");
        Assert.Empty(_bench.Tables.Rules);
        Assert.Equal(0, _bench.Tables.Groups.Find(5)!.RuleCount);
    }

    [Fact]
    public void Overlap_is_an_error_only_when_asked_for_and_only_at_the_same_priority()
    {
        _bench.Add("priority=5,in_port=1,actions=2");
        Assert.Equal(OpenFlowError.FmfcOverlap, _bench.Try("check_overlap,priority=5,tcp,actions=2"));
        _bench.Add("check_overlap,priority=5,in_port=2,actions=2", "check_overlap,priority=6,tcp,actions=2", "priority=5,tcp,actions=2",
            "check_overlap,priority=5,in_port=1,actions=3");
    }

    [Fact]
    public void Table_254_is_OVSs_own_and_255_as_the_place_of_a_new_rule_is_0()
    {
        Assert.Equal(OpenFlowError.BrcEperm, _bench.Try("table=254,actions=2"));
        _bench.Tables.TryApply(new FlowMod { Table = FlowMod.AllTables }, 0, null, out var error, out _);
        Assert.Equal((OpenFlowError.None, 0), (error, Assert.Single(_bench.Tables.Rules).Table));
        Assert.Equal(
            ["priority=2,recirc_id=0,actions=drop", "priority=0,reg0=0x1,actions=controller(reason=)", "priority=0,reg0=0x2,actions=drop",
                "priority=0,reg0=0x3,actions=drop"],
            _bench.Tables.InternalRules.Select(r =>
                $"{MatchText.Format(r.Match, null, (ushort)r.Priority)},actions={ActionText.Format(r.Actions, NoOpenFlowPorts.Instance)}"));
        Delete("");
        Assert.Equal((0, 4), (_bench.Tables.RuleCount, _bench.Tables.InternalRules.Count()));
    }

    [Fact]
    public void Time_outs_come_when_OVS_lets_them_come_and_say_which_TB4()
    {
        _bench.Add("in_port=1,idle_timeout=2,actions=2", "in_port=2,hard_timeout=3,actions=2",
            "in_port=3,idle_timeout=1,hard_timeout=9,actions=2",
            "in_port=4,actions=2");
        _bench.Rule("in_port=3,actions=2").Credit(1, 60, 4000);
        Assert.Empty(Expire(3000));
        Assert.Equal([1], Expire(3001));
        Assert.Equal([2], Expire(4001));
        Assert.Equal([3], Expire(5001));
        Assert.Empty(Expire(1_000_000));
        Assert.Equal([RuleRemovedReason.IdleTimeout, RuleRemovedReason.HardTimeout, RuleRemovedReason.IdleTimeout],
            _bench.Events.Where(e => e.Kind == RuleEventKind.Removed).Select(e => e.Reason));
    }

    [Fact]
    public void Fin_timeout_shortens_and_sets_timeouts_for_good()
    {
        _bench.Add("in_port=1,idle_timeout=60,actions=2", "in_port=2,actions=2");
        foreach (var rule in _bench.Tables.Rules) _bench.Tables.ReduceTimeouts(rule, 5, 10);
        Assert.All(_bench.Tables.Rules, r => Assert.Equal((5, 10), (r.IdleTimeoutSeconds, r.HardTimeoutSeconds)));
        Assert.Equal(2, Expire(6001).Length);
    }

    [Fact]
    public void A_rule_that_was_learned_is_refreshed_limited_and_deleted_with_its_teacher()
    {
        _bench.Add("cookie=9,in_port=1,actions=learn(table=1,cookie=0x5,hard_timeout=10,delete_learned,limit=2,"
            + "NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])");
        var mod = TableBench.Parse("table=1,cookie=0x5,hard_timeout=10,dl_dst=00:00:00:00:00:01,actions=drop");
        Assert.True(_bench.Tables.TryLearn(mod, 2, 1000, out var first));
        Assert.True(_bench.Tables.TryLearn(mod, 2, 8000, out var again));
        Assert.Same(first, again);
        Assert.Empty(Expire(18_000));
        Assert.True(_bench.Tables.TryLearn(Other(2), 2, 8000, out _));
        Assert.False(_bench.Tables.TryLearn(Other(3), 2, 8000, out var third));
        Assert.Null(third);
        Assert.Equal(2, Expire(18_001).Length);
        Assert.False(first!.IsInstalled);
        Assert.True(_bench.Tables.RefreshLearned(first, 2, 19_000).IsInstalled);
        Delete("cookie=9/0xffffffffffffffff");
        Assert.Empty(_bench.Tables.Rules);

        FlowMod Other(int mac) => TableBench.Parse($"table=1,cookie=0x5,hard_timeout=10,dl_dst=00:00:00:00:00:0{mac},actions=drop");
    }

    [Fact]
    public void Rules_of_a_table_come_by_subtables_of_falling_priority_and_then_by_age_C6()
    {
        _bench.Add("priority=1,in_port=1,actions=1", "priority=9,tcp,actions=1", "priority=20,in_port=2,actions=1",
            "priority=30,tcp,tp_dst=5,actions=1",
            "priority=4,in_port=3,actions=1");
        Assert.Equal([30, 1, 20, 4, 9], _bench.Tables.Rules.Select(r => r.Priority));
        _bench.Try("in_port=1,actions=5", FlowModCommand.Modify);
        Assert.Equal([30, 20, 4, 1, 9], _bench.Tables.Rules.Select(r => r.Priority));
    }

    private void Delete(string text) => Assert.Equal(OpenFlowError.None, _bench.Try(text, FlowModCommand.Delete));

    private int[] Expire(long nowMs)
    {
        var removed = new List<OpenFlowRule>();
        _bench.Tables.Expire(nowMs, removed);
        return [.. removed.Select(r => (int)r.Match.Value.InPort.Value)];
    }
}
