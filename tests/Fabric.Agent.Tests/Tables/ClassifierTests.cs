using Fabric.OpenFlow;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent.Tests;

public class ClassifierTests
{
    /// <summary>The type is not among those that are flipped, for a switch always consults it.</summary>
    private static readonly OpenFlowField[] Fields =
    [
        F.InPort, F.Registers[3], F.EthDestination, F.EthType, F.VlanTci, F.NwSource, F.NwDestination, F.NwProto, F.TpSource,
            F.TpDestination, F.TunnelId,
    ];

    [Fact]
    public void It_answers_as_comparing_with_every_rule_would_C1_and_C4()
    {
        var random = new Random(TestSeed.Value);
        var classifier = new Classifier();
        var naive = new List<OpenFlowRule>();
        for (var operation = 0; operation < 100_000; operation++)
        {
            var choice = random.Next(100);
            if (choice < 8 && naive.Count < 60)
            {
                var rule = new OpenFlowRule(
                    new FlowMod { Match = RandomMatch(random), Priority = (ushort)random.Next(8), Actions = RandomActions(random) }, 0);
                var displaced = classifier.Insert(rule);
                Assert.Equal(naive.FirstOrDefault(r => r.Priority == rule.Priority && r.Match.Equals(rule.Match)), displaced);
                if (displaced is not null) naive.Remove(displaced);
                naive.Add(rule);
            }
            else if (choice < 14 && naive.Count > 0)
            {
                var rule = naive[random.Next(naive.Count)];
                naive.Remove(rule);
                Assert.True(classifier.Remove(rule));
                Assert.False(classifier.Remove(rule));
            }
            else
            {
                var key = RandomKey(random);
                var mask = default(OpenFlowKey);
                var expected = NaiveClassifier.Lookup(naive, ref key);
                var found = classifier.Lookup(ref key, ref mask);
                if (expected.Count > 0 && !expected.Contains(found))
                    Assert.Fail($"{TestSeed.Text}, operation {operation}: expected {expected[0]}, found {found}");
            }

            if (operation % 1000 == 0) CheckFinds(classifier, naive, random);
            Assert.Equal(naive.Count, classifier.Count);
        }
    }

    [Fact]
    public void A_packet_that_agrees_in_the_consulted_bits_gets_the_same_answer_C2()
    {
        var random = new Random(TestSeed.Value);
        var flips = 0;
        for (var round = 0; round < 30; round++)
        {
            var classifier = new Classifier();
            for (var i = 0; i < 30; i++)
                classifier.Insert(new OpenFlowRule(
                    new FlowMod { Match = RandomMatch(random), Priority = (ushort)(i / 2), Actions = RandomActions(random) }, 0));
            for (var i = 0; i < 40; i++)
            {
                var key = RandomKey(random);
                var mask = default(OpenFlowKey);
                var found = classifier.Lookup(ref key, ref mask);
                foreach (var field in Fields.Where(f => f != F.EthType))
                    for (var bit = 0; bit < field.Width; bit++)
                    {
                        var one = UInt128.One << bit;
                        if ((field.Get(ref mask) & one) != 0) continue;
                        var other = key;
                        field.Set(ref other, field.Get(ref key) ^ one);
                        var again = default(OpenFlowKey);
                        flips++;
                        if (classifier.Lookup(ref other, ref again) != found || !again.Equals(mask))
                            Assert.Fail($"{TestSeed.Text}, round {round}: the answer depends on {field} bit {bit}");
                    }
            }
        }

        Assert.True(flips > 10_000, $"only {flips} bits were free");
    }

    [Fact]
    public void Ports_stay_wildcarded_when_addresses_already_rule_a_subtable_out_C3()
    {
        var classifier = new Classifier();
        classifier.Insert(Rule("priority=10,tcp,nw_dst=10.0.0.1,tp_dst=80,actions=1"));
        classifier.Insert(Rule("priority=1,actions=2"));
        var key = Bench.Key(1, "tcp,nw_dst=10.0.0.2,tp_dst=80");
        var full = new OpenFlowKey { Packet = key };
        var mask = default(OpenFlowKey);
        Assert.Equal(1, classifier.Lookup(ref full, ref mask)!.Priority);
        Assert.Equal(0, mask.Packet.TpDestination);
        // 10.0.0.1 and 10.0.0.2 differ in the last bit but one, and no longer prefix can match.
        Assert.Equal(0xfffffffe, mask.Packet.NwDestination.Value);
    }

    [Fact]
    public void Subtables_below_the_best_priority_are_not_consulted()
    {
        var classifier = new Classifier();
        classifier.Insert(Rule("priority=10,in_port=1,actions=1"));
        classifier.Insert(Rule("priority=5,ip,nw_dst=10.0.0.1,actions=1"));
        var key = new OpenFlowKey { InPort = new(1) };
        var mask = default(OpenFlowKey);
        Assert.Equal(10, classifier.Lookup(ref key, ref mask)!.Priority);
        Assert.Equal(0u, mask.Packet.NwDestination.Value);
    }

    private static OpenFlowRule Rule(string text)
    {
        Assert.True(RuleText.TryParse(text, NoOpenFlowPorts.Instance, out var mod, out var error), error);
        return new OpenFlowRule(mod, 0);
    }

    private static void CheckFinds(Classifier classifier, List<OpenFlowRule> naive, Random random)
    {
        var match = RandomMatch(random);
        var loose = classifier.FindLoose(match).ToHashSet();
        Assert.True(loose.SetEquals(naive.Where(r => match.Covers(r.Match))), TestSeed.Text);
        var priority = random.Next(8);
        var overlaps = naive.Exists(r => r.Priority == priority && r.Match.Overlaps(match));
        Assert.True(classifier.FindOverlap(match, priority) is not null == overlaps, TestSeed.Text);
        if (naive.Count == 0) return;
        var known = naive[random.Next(naive.Count)];
        Assert.Same(known, classifier.FindStrict(known.Match, known.Priority));
    }

    private static Match RandomMatch(Random random)
    {
        var match = new Match();
        for (var i = random.Next(4); i > 0; i--)
        {
            var field = random.Next(8) == 0 ? F.ConjunctionId : Fields[random.Next(Fields.Length)];
            var mask = random.Next(3) == 0 ? field.AllOnes << random.Next(field.Width) & field.AllOnes : field.AllOnes;
            match.Set(field, Small(random, field), mask);
        }

        return match;
    }

    /// <summary>Few ids, so that conjunctions get complete, with two or three clauses.</summary>
    private static OpenFlowActions RandomActions(Random random)
    {
        if (random.Next(3) > 0) return OpenFlowActions.Drop;
        var parts = Enumerable.Range(0, random.Next(1, 3)).Select(_ =>
        {
            var id = random.Next(1, 3);
            return new ConjunctionAction((uint)id, (byte)random.Next(id + 1), (byte)(id + 1));
        });
        return new OpenFlowActions([.. parts]);
    }

    private static OpenFlowKey RandomKey(Random random)
    {
        var key = default(OpenFlowKey);
        foreach (var field in Fields) field.Set(ref key, Small(random, field));
        return key;
    }

    /// <summary>Few values, some with the highest bits set, so that matches are frequent.</summary>
    private static UInt128 Small(Random random, OpenFlowField field)
    {
        if (field == F.EthType) return random.Next(4) == 0 ? 0x86ddu : 0x800u;
        UInt128 value = (uint)random.Next(3);
        return random.Next(4) == 0 ? value | UInt128.One << (field.Width - 1) : value;
    }
}
