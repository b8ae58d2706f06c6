namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// The same rules and packets in Debian's ovs-vswitchd and in ours, both asked by <c>ofproto/trace</c>: datapath actions and megaflows.
/// </summary>
public class TraceDifferentialTests
{
    /// <summary>
    /// Texts that are allowed to differ where actions and megaflow do not: OVS floods in the order of a hash table, names the rule that
    /// a bridge without a controller has at the end, leaves the ND extensions out of flows, and prints tunnel flags that are all known
    /// and queue 0 in its own way.
    /// </summary>
    private const int MostTexts = 140;

    [Fact]
    public async Task Cases_of_every_match_and_action_get_the_translation_of_OVS()
    {
        await using var theirs = await StockTracedSwitch.StartAsync();
        await using var ours = new OwnTracedSwitch();
        var comparison = new TraceComparison(ours);
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Translation", "Cases"));
        foreach (var file in files.Order(StringComparer.Ordinal))
            foreach (var rules in TraceCaseFile.Read(file)) await comparison.RunAsync(theirs, rules);
        Assert.True(comparison.Count >= 1000, comparison.Summary);
        Assert.True(comparison.ActionDifferences + comparison.MegaflowDifferences + comparison.Stale == 0,
            $"{comparison.Summary}\n{comparison.Failures}");
        Assert.True(comparison.TextDifferences <= MostTexts, $"{comparison.Summary}\n{comparison.Texts}");
    }
}
