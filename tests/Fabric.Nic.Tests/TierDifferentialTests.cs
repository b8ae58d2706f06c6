using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// Property N2, at length: a million frames through every combination of caches. L1 and L2 are the NIC's, megaflows are the kernel's flow
/// table; without any of them each frame is an upcall, answered by a walk over the rules, and that is what the others are compared with.
/// </summary>
public sealed class TierDifferentialTests
{
    private const int RuleSets = 64;
    private const int Batches = 250;
    private const int MicroflowCount = 400;

    [Fact]
    public void A_million_random_frames_leave_alike_under_every_combination_of_caches()
    {
        var tally = new Tally();
        for (var ruleSet = 0; ruleSet < RuleSets; ruleSet++) Compare(ruleSet, tally);
        Assert.True(tally.Sent >= 1_000_000, $"{tally.Sent} frames were sent");
        // Nothing is alike only because nothing was answered, or nothing came out.
        Assert.True(tally.L1 > tally.Sent / 5 && tally.L2 > tally.Sent / 5 && tally.Kernel > tally.Sent, tally.ToString());
        Assert.True(tally.Tunnelled > tally.Sent && tally.Refusals > RuleSets && tally.Evictions > RuleSets, tally.ToString());
    }

    private static void Compare(int ruleSet, Tally tally)
    {
        var random = Seeded.Random(1_000 + ruleSet);
        var pool = new FramePool(4_096);
        var traffic = new RandomTraffic(random, MicroflowCount);
        var rules = new RandomRules(random, random.Next(3, 20), () => traffic.KeyOf(pool, random.Next(MicroflowCount)));
        var options = new SmartNicOptions
        {
            ExactMatch = new ExactMatchOptions { Capacity = 1 << random.Next(5, 13), PendingLimit = 1 << random.Next(4, 10) },
            Eviction = EvictionPolicyNames.All[random.Next(EvictionPolicyNames.All.Count)],
            RuleLimit = random.Next(3) == 0 ? 20 : 10_000,
            MaskLimit = random.Next(3) == 0 ? 4 : 256,
            Offloads = random.Next(4) == 0 ? OffloadProfile.AgilioCx : OffloadProfile.Everything,
        };
        var rigs = Enumerable.Range(0, 8).Select(combination => new TierRig(
            pool, rules, options with { IsL1Enabled = (combination & 1) != 0, IsL2Enabled = (combination & 2) != 0 },
            hasMegaflows: (combination & 4) != 0, MicroflowCount)).ToArray();
        for (var (batch, number) = (0, 0); batch < Batches; batch++, number += FrameBatch.Capacity)
        {
            Send(rigs, pool, traffic, random, number, $"rule set {ruleSet}, batch {batch}, {Seeded.Note}");
            if (random.Next(4) == 0)
                foreach (var rig in rigs) rig.Settle();
            if (random.Next(25) == 0) Change(rigs, rules, random);
        }

        foreach (var rig in rigs)
        {
            rig.CheckAccounts();
            Assert.Equal(rigs[0].Ended(), rig.Ended());
            rig.Dispose();
        }

        Assert.Equal(0, pool.Outstanding);
        tally.Add(rigs);
    }

    /// <summary>One batch from one port, its frames of random microflows, through all rigs.</summary>
    private static void Send(TierRig[] rigs, FramePool pool, RandomTraffic traffic, Random random, int number, string place)
    {
        var first = random.Next(traffic.Count);
        var port = traffic.PortOf(first);
        // Half of the batches keep to few microflows, so that runs of one are met as well.
        var spread = random.Next(2) == 0 ? traffic.Count : 8;
        Span<int> microflows = stackalloc int[FrameBatch.Capacity];
        foreach (ref var microflow in microflows)
            do microflow = (first + random.Next(spread)) % traffic.Count;
            while (traffic.PortOf(microflow) != port);

        for (var combination = 0; combination < rigs.Length; combination++)
        {
            var batch = pool.RentBatch();
            for (var i = 0; i < microflows.Length; i++) batch.Add(traffic.Make(pool, microflows[i], number + i));
            rigs[combination].Send(port, batch);
            if (rigs[combination].HasSameOutcome(rigs[0])) continue;
            var (mine, naive) = (rigs[combination].Outcome().ToList(), rigs[0].Outcome().ToList());
            var (extra, missing) = (mine.Except(naive).FirstOrDefault("nothing"), naive.Except(mine).FirstOrDefault("nothing"));
            Assert.Fail($"N2, combination {combination}, {place}: out of {naive.Count} came {mine.Count},\n{extra}\ninstead of\n{missing}");
        }
    }

    private static void Change(TierRig[] rigs, RandomRules rules, Random random)
    {
        var kind = rules.Count < 3 ? 0 : random.Next(4);
        if (kind == 0)
        {
            rules.Insert();
            foreach (var rig in rigs) rig.RemoveFlows();
            return;
        }

        DatapathActions? actions = null;
        var rule = kind == 1 ? rules.Remove() : rules.Modify(out actions);
        foreach (var rig in rigs) rig.ChangeFlows(rule, actions);
    }

    /// <summary>Who answered how much, over all rule sets and combinations.</summary>
    private sealed record Tally
    {
        public long Sent { get; private set; }
        public long L1 { get; private set; }
        public long L2 { get; private set; }
        public long Kernel { get; private set; }
        public long Tunnelled { get; private set; }
        public long Refusals { get; private set; }
        public long Evictions { get; private set; }

        public void Add(TierRig[] rigs)
        {
            Sent += Batches * FrameBatch.Capacity;
            foreach (var rig in rigs)
            {
                L1 += rig.Nic.Counters.L1Frames;
                L2 += rig.Nic.Counters.L2Frames;
                Kernel += rig.Kernel.Statistics.Hit;
                Refusals += rig.Nic.L2.Refusals;
                Evictions += rig.Nic.L1.Counters.EvictedTotal;
                Assert.True(rig.Nic.TryGetPort(NicRig.Physical, out var physical));
                Tunnelled += physical.Port.RxPackets;
            }
        }
    }
}
