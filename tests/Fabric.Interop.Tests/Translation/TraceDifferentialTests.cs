using Fabric.Agent;
using Fabric.Wire.Tests;
using Xunit.Abstractions;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// The same rules and packets in Debian's ovs-vswitchd and in ours, both asked by <c>ofproto/trace</c>: datapath actions and megaflows.
/// </summary>
public class TraceDifferentialTests(ITestOutputHelper output)
{
    private const int RandomSetCount = 215;
    private const int PacketsPerSet = 50;

    /// <summary>
    /// ovs-vswitchd 3.1 ends by an assertion of its own now and then when rules are deleted after traces. It is started anew, as often as
    /// this.
    /// </summary>
    private const int MostEnds = 30;

    private const string KnownEnd = "assertion rule->state == RULE_INSERTED failed in ofproto_rule_remove__()";

    [Fact]
    public async Task Cases_of_every_match_and_action_get_the_translation_of_OVS()
    {
        await using var theirs = await StockTracedSwitch.StartAsync();
        await using var ours = new OwnTracedSwitch();
        var comparison = new TraceComparison(ours);
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Translation", "Cases"));
        foreach (var file in files.Order(StringComparer.Ordinal))
            foreach (var rules in TraceCaseFile.Read(file)) await comparison.TryRunAsync(theirs, rules, isFresh: true);
        Assert.True(comparison.Count >= 1000, comparison.Summary);
        Assert.True(comparison.ActionDifferences + comparison.MegaflowDifferences + comparison.Stale == 0,
            $"{comparison.Summary}\n{comparison.Failures}");
        Assert.True(comparison.TextDifferences == 0, $"{comparison.Summary}\n{comparison.Texts}");
    }

    [Fact]
    public async Task Ten_thousand_random_rules_and_packets_get_the_translation_of_OVS()
    {
        var theirs = await StockTracedSwitch.StartAsync();
        await using var ours = new OwnTracedSwitch();
        var comparison = new TraceComparison(ours);
        var random = new Random(TestSeed.Value);
        var generator = new RandomRules(random);
        var (open, fresh, faults, ended) = (0, 0, new List<string>(), new List<string>());
        try
        {
            for (var number = 0; number < RandomSetCount; number++)
            {
                var rules = generator.MakeRules(number);
                for (var i = 0; i < PacketsPerSet; i++) rules.Packets.Add(generator.MakePacket());
                for (var (isOnce, isFresh) = (true, number == 0); ; isOnce = false)
                {
                    try
                    {
                        if (await comparison.TryRunAsync(theirs, rules, isFresh)) break;
                        fresh++;
                        isFresh = true;
                        await theirs.DisposeAsync();
                        theirs = await StockTracedSwitch.StartAsync();
                    }
                    catch (SwitchEndedException e)
                    {
                        ended.Add($"{rules.Name}: {e.Message.Split('\n')[0]}\n{theirs.LastWords()}");
                        await theirs.DisposeAsync();
                        theirs = await StockTracedSwitch.StartAsync();
                        // Mostly what came before was to blame: the set is given to the new one.
                        if (!isOnce) break;
                        isFresh = true;
                    }
                }

                open += Flip(ours.Agent, rules, random, faults);
            }
        }
        finally
        {
            await theirs.DisposeAsync();
        }

        var text = $"{TestSeed.Text}: {comparison.Summary}; {open} bits open, {faults.Count} unsound; "
            + $"ovs-vswitchd was made anew {fresh} times and ended {ended.Count} times\n{string.Join("\n", ended)}\n"
            + $"{string.Join("\n\n", faults.Take(5))}\n{comparison.Failures}\n{comparison.Texts}";
        output.WriteLine(text);
        Assert.True(faults.Count == 0 && comparison.ActionDifferences + comparison.MegaflowDifferences
            + comparison.TextDifferences == 0, text);
        Assert.True(ended.TrueForAll(e => e.Contains(KnownEnd, StringComparison.Ordinal)), text);
        // One set of rules for tunnels can bring half a percent by itself.
        Assert.True(comparison.Explained <= comparison.Count / (TestSeed.IsGiven ? 50 : 100), text);
        Assert.True(ended.Count <= MostEnds && comparison.Count >= 10_000 && open > 100_000, text);
    }

    private static int Flip(OvsAgent agent, RuleSet rules, Random random, List<string> faults)
    {
        var bridge = agent.FindBridge("br0")!;
        var sum = 0;
        foreach (var packet in rules.Packets)
        {
            var (open, fault) = BitFlips.Check(agent, BitFlips.Key(bridge, packet.Flow), random);
            sum += open;
            if (fault != null) faults.Add($"unsound: {rules}\n? {packet.Flow}\n{fault}");
        }

        return sum;
    }
}
