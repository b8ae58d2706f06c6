using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent.Tests;

public class EvictionTests
{
    private readonly TableBench _bench = new();

    [Fact]
    public void A_full_table_refuses_and_a_replacement_still_fits()
    {
        _bench.Tables.Configure(0, new TableSettings { FlowLimit = 2 });
        _bench.Add("in_port=1,actions=2", "in_port=2,actions=2", "in_port=2,actions=3", "table=1,in_port=1,actions=2");
        Assert.Equal(OpenFlowError.FmfcTableFull, _bench.Try("in_port=3,actions=2"));
        Assert.Equal(3, _bench.Tables.RuleCount);
    }

    [Fact]
    public void The_least_important_goes_first_then_what_expires_first_and_never_what_has_no_timeout()
    {
        _bench.Tables.Configure(0, new TableSettings { FlowLimit = 3, EvictsOnOverflow = true });
        _bench.Add("in_port=1,importance=5,hard_timeout=10,actions=2", "in_port=2,idle_timeout=30,actions=2", "in_port=3,actions=2");
        Assert.Equal([2], Evicted("in_port=4,importance=7,hard_timeout=99,actions=2"));
        Assert.Equal([1], Evicted("in_port=5,importance=7,idle_timeout=9,actions=2"));
        Assert.Equal([5], Evicted("in_port=6,actions=2"));
        Assert.Equal([4], Evicted("in_port=7,actions=2"));
        Assert.Equal(OpenFlowError.FmfcTableFull, _bench.Try("in_port=8,actions=2"));
    }

    [Fact]
    public void A_rule_in_use_outlives_an_idle_one_after_the_clock_has_looked()
    {
        _bench.Tables.Configure(0, new TableSettings { FlowLimit = 2, EvictsOnOverflow = true });
        _bench.Add("in_port=1,idle_timeout=60,actions=2", "in_port=2,idle_timeout=61,actions=2");
        _bench.Rule("in_port=1,actions=2").Credit(1, 60, 50_000);
        _bench.Tables.Expire(50_000, []);
        Assert.Equal([2], Evicted("in_port=3,idle_timeout=60,actions=2"));
    }

    [Fact]
    public void The_largest_group_gives()
    {
        _bench.Tables.Configure(0, new TableSettings { FlowLimit = 6, EvictsOnOverflow = true, Groups = [FieldBits.Whole(F.InPort)] });
        _bench.Add("in_port=1,tcp,hard_timeout=1,actions=2", "in_port=2,tcp,hard_timeout=2,actions=2",
            "in_port=3,tcp,hard_timeout=99,actions=2", "in_port=3,udp,hard_timeout=98,actions=2",
                "in_port=3,icmp,hard_timeout=97,actions=2",
            "in_port=4,actions=2");
        Assert.Equal([3], Evicted("in_port=5,hard_timeout=60,actions=2"));
        Assert.Equal([3], Evicted("in_port=6,hard_timeout=60,actions=2"));
        Assert.Equal(["in_port=3"],
            _bench.RuleTexts.Where(t => t.Contains("in_port=3", StringComparison.Ordinal)).Select(_ => "in_port=3"));
    }

    [Fact]
    public void A_limit_that_comes_later_evicts_down_to_it()
    {
        _bench.Add([.. Enumerable.Range(1, 9).Select(i => $"in_port={i},hard_timeout={i * 10},actions=2")]);
        _bench.Tables.Configure(0, new TableSettings { FlowLimit = 4, EvictsOnOverflow = true });
        Assert.Equal([6, 7, 8, 9], _bench.Tables.Rules.Select(r => (int)r.Match.Value.InPort.Value).Order());
    }

    [Fact]
    public void A_controller_can_switch_eviction_and_vacancy_events_on()
    {
        var events = new List<bool>();
        _bench.Tables.VacancyChanged += (_, isDown) => events.Add(isDown);
        _bench.Tables.Configure(3, new TableSettings { FlowLimit = 10 });
        Assert.False(_bench.Tables.TryChange(254, new TableChange(), out var error));
        Assert.Equal(OpenFlowError.TmfcEperm, error);
        Assert.False(_bench.Tables.TryChange(3, new TableChange { EvictionFlags = 1 }, out error));
        Assert.Equal(OpenFlowError.TmfcBadConfig, error);
        Assert.True(_bench.Tables.TryChange(3,
            new TableChange { HasEviction = true, HasVacancyEvents = true, VacancyDown = 20, VacancyUp = 60 }, out _));
        for (var i = 1; i <= 9; i++) _bench.Add($"table=3,in_port={i},hard_timeout=10,actions=2");
        Assert.Equal([true], events);
        Assert.Equal(10, _bench.Tables.Table(3).Vacancy);
        for (var i = 1; i <= 6; i++) _bench.Try($"table=3,in_port={i}", FlowModCommand.Delete);
        Assert.Equal([true, false], events);
        for (var i = 1; i <= 20; i++) _bench.Add($"table=3,in_port={i},hard_timeout=10,actions=2");
        Assert.Equal(10, _bench.Tables.Table(3).Count);
    }

    [Fact]
    public void Against_a_plain_list_the_same_rules_go()
    {
        var random = new Random(TestSeed.Value);
        _bench.Tables.Configure(0, new TableSettings { FlowLimit = 40, EvictsOnOverflow = true });
        var naive = new Dictionary<int, (int Importance, int Expires)>();
        for (var i = 1; i < 3000; i++)
        {
            var (importance, seconds) = (random.Next(4), random.Next(1, 4000));
            _bench.Events.Clear();
            _bench.Add($"in_port={i},importance={importance},hard_timeout={seconds},actions=2");
            var evicted = _bench.Events.Where(e =>
                e.Kind == RuleEventKind.Removed).Select(e => (int)e.Rule.Match.Value.InPort.Value).ToArray();
            if (naive.Count < 40) Assert.Empty(evicted);
            else Assert.Equal(naive.Values.Min(), naive[Assert.Single(evicted)]);
            foreach (var gone in evicted) naive.Remove(gone);
            naive.Add(i, (importance, (int)((1000L + seconds * 1000L) >> 10)));
            if (random.Next(5) > 0) continue;
            var port = naive.Keys.ElementAt(random.Next(naive.Count));
            naive.Remove(port);
            _bench.Try($"in_port={port}", FlowModCommand.Delete);
        }
    }

    private int[] Evicted(string rule)
    {
        _bench.Events.Clear();
        _bench.Add(rule);
        Assert.All(_bench.Events, e => Assert.True(e.Kind == RuleEventKind.Added || e.Reason == RuleRemovedReason.Eviction));
        return [.. _bench.Events.Where(e => e.Kind == RuleEventKind.Removed).Select(e => (int)e.Rule.Match.Value.InPort.Value)];
    }
}
