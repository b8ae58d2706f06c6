using Fabric.OpenFlow;

namespace Fabric.Agent.Tests;

public class BundleTransactionTests
{
    private static readonly string[] Matches =
        ["in_port=1,", "in_port=2,", "tcp,", "tcp,tp_dst=80,", "ip,nw_dst=10.0.0.0/8,", "ip,nw_dst=10.1.0.0/16,", "udp,in_port=1,", ""];

    [Fact]
    public void A_bundle_aborted_at_any_index_leaves_everything_as_it_was_TB1()
    {
        var random = new Random(TestSeed.Value);
        for (var round = 0; round < 60; round++)
        {
            var bench = Make(random);
            var requests = Enumerable.Range(0, 12).Select(_ => Request(random)).ToArray();
            for (var index = 0; index <= requests.Length; index++)
            {
                var before = bench.Snapshot();
                bench.Events.Clear();
                var bundle = new BundleTransaction(bench.Tables);
                var done = false;
                bundle.Defer(() => done = true);
                for (var i = 0; i < index; i++) requests[i](bench, bundle);
                bundle.Abort();
                var after = bench.Snapshot();
                Assert.True(before == after, $"{TestSeed.Text}, round {round}, index {index}:\n{before}\n---\n{after}");
                Assert.True(bench.Events.Count == 0 && !done, TestSeed.Text);
            }
        }
    }

    [Fact]
    public void A_bundle_committed_equals_its_requests_one_by_one_and_tells_the_same_TB3()
    {
        var random = new Random(TestSeed.Value);
        for (var round = 0; round < 100; round++)
        {
            var seed = random.Next();
            var (together, single) = (Make(new Random(seed)), Make(new Random(seed)));
            var requests = Enumerable.Range(0, 20).Select(_ => Request(random)).ToArray();
            together.Events.Clear();
            single.Events.Clear();
            var bundle = new BundleTransaction(together.Tables);
            foreach (var request in requests) request(together, bundle);
            bundle.Commit();
            foreach (var request in requests) request(single, null);
            Assert.Equal(single.RuleTexts.Order(), together.RuleTexts.Order());
            // Each request may meet its rules in another order, for subtables without rules go at the end of a bundle.
            Assert.Equal(single.Events.Select(Text).Order(), together.Events.Select(Text).Order());
            for (var i = 0; i < 30; i++) CheckLookup(together, single, random);
        }
    }

    [Fact]
    public void Deleting_whole_tables_equals_deleting_rule_by_rule_as_in_a_bundle()
    {
        var random = new Random(TestSeed.Value);
        for (var round = 0; round < 100; round++)
        {
            var seed = random.Next();
            var (whole, single) = (Make(new Random(seed)), Make(new Random(seed)));
            whole.Events.Clear();
            single.Events.Clear();
            var table = random.Next(3) switch { 0 => "table=0", 1 => "table=1", _ => "" };
            var mod = TableBench.Parse(table, FlowModCommand.Delete);
            var (gone, removed) = (whole.Tables.Rules.ToArray(), new List<OpenFlowRule>());
            Assert.True(whole.Tables.TryApply(mod, whole.NowMs, removed, out _));
            var bundle = new BundleTransaction(single.Tables);
            Assert.True(bundle.TryApply(mod, single.NowMs, out _));
            bundle.Commit();
            Assert.Equal(gone.Where(r => table == "" || table == $"table={r.Table}"), removed);
            Assert.Equal(single.Events.Select(Text), whole.Events.Select(Text));
            Assert.Equal(single.Snapshot(), whole.Snapshot());
            for (var i = 0; i < 10; i++)
            {
                var rule = Rule(random);
                Assert.Equal(single.Try(rule), whole.Try(rule));
            }

            Assert.Equal(single.Snapshot(), whole.Snapshot());
            for (var i = 0; i < 30; i++) CheckLookup(whole, single, random);
        }
    }

    [Fact]
    public void What_cannot_be_taken_back_is_done_at_the_commit_in_order()
    {
        var bench = new TableBench();
        var done = new List<int>();
        var bundle = new BundleTransaction(bench.Tables);
        bundle.Defer(() => done.Add(bench.Tables.RuleCount));
        Assert.True(bundle.TryApply(TableBench.Parse("in_port=1,actions=2"), 0, out _));
        bundle.Defer(() => done.Add(-1));
        Assert.Empty(bench.Events);
        bundle.Commit();
        Assert.Equal([1, -1], done);
        Assert.Single(bench.Events);
    }

    private static TableBench Make(Random random)
    {
        var bench = new TableBench();
        bench.TryGroup(new GroupMod { GroupId = 1, Buckets = [new GroupBucket(0)] });
        for (var i = 0; i < 15; i++) bench.Try(Rule(random));
        foreach (var rule in bench.Tables.Rules) rule.Credit(random.Next(5), 100, 1000 + random.Next(100));
        bench.NowMs = 7000;
        return bench;
    }

    private static string Rule(Random random) =>
        $"cookie={random.Next(3)},priority={random.Next(3)},table={random.Next(2)},{Matches[random.Next(Matches.Length)]}"
        + $"idle_timeout={random.Next(2) * 50},actions={(random.Next(4) == 0 ? "group:1" : $"output:{random.Next(3)}")}";

    /// <summary>Every kind, on its own or in a bundle; some of them fail.</summary>
    private static Action<TableBench, BundleTransaction?> Request(Random random)
    {
        if (random.Next(6) == 0)
        {
            var group = new GroupMod
            {
                Command = random.Next(3) switch { 0 => GroupCommand.Delete, 1 => GroupCommand.AddOrModify, _ => GroupCommand.Modify },
                GroupId = 1, Buckets = [new GroupBucket((uint)random.Next(9))],
            };
            return (bench, bundle) =>
            {
                if (bundle is null) bench.TryGroup(group);
                else bundle.TryApply(group, bench.NowMs, out _);
            };
        }

        var command = (FlowModCommand)random.Next(5);
        if (random.Next(2) == 0) command = FlowModCommand.Add;
        var text = Rule(random);
        if (command is FlowModCommand.Delete or FlowModCommand.DeleteStrict)
            text = $"table={random.Next(2)},{Matches[random.Next(Matches.Length)]}"
                + (command == FlowModCommand.DeleteStrict ? $"priority={random.Next(3)}" : "cookie=1/1");
        var mod = TableBench.Parse(text, command) with { ModifiesCookie = random.Next(2) == 0 };
        return (bench, bundle) =>
        {
            if (bundle is null) bench.Tables.TryApply(mod, bench.NowMs, null, out _, out _);
            else bundle.TryApply(mod, bench.NowMs, out _);
        };
    }

    private static string Text(RuleEvent e) => $"{e.Kind} {e.Rule} {e.Reason} {e.OldActions}";

    private static void CheckLookup(TableBench one, TableBench other, Random random)
    {
        var key = new OpenFlowKey { Packet = Bench.Key(1, $"tcp,nw_dst=10.{random.Next(3)}.0.1,tp_dst={random.Next(79, 82)}") };
        key.InPort = new((ushort)random.Next(1, 4));
        var (mask, otherMask) = (default(OpenFlowKey), default(OpenFlowKey));
        var found = one.Tables.Lookup(0, ref key, ref mask);
        Assert.Equal(found?.Priority, other.Tables.Lookup(0, ref key, ref otherMask)?.Priority);
    }
}
