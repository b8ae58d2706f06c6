using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// Debian's ovs-vswitchd and Fabric's, driven alike from outside: rules by ovs-ofctl, frames by <c>netdev-dummy/receive</c>, time by
/// <c>time/warp</c>. What leaves by each device must be equal byte for byte, and so must be what the tracker remembers, what rules,
/// groups, meters and ports count, and when rules leave.
/// </summary>
public sealed class WholeSwitchDifferentialTests
{
    private readonly ExecutionComparison _comparison = new();

    [Fact]
    public async Task Frames_with_state_leave_the_same_way()
    {
        await using var pair = await SwitchesAlike.StartAsync();
        foreach (var rules in RuleSets.Tracking)
        {
            await pair.ProgramAsync(rules);
            foreach (var talk in Conversations.All().Where(t => !KnownFaults.IsExcepted(rules, t) && !KnownFaults.LeavesFragments(t)))
                _comparison.Compare(pair.Stock, pair.Own, rules.Name, talk);
            await pair.CompareAsync(_comparison, rules.Name, "dump-flows", "dump-tables");
        }

        _comparison.Report(least: 700);
    }

    [Fact]
    public async Task Frames_without_state_leave_the_same_way()
    {
        await using var pair = await SwitchesAlike.StartAsync();
        foreach (var rules in RuleSets.Stateless)
        {
            await pair.ProgramAsync(rules);
            foreach (var talk in Many()) _comparison.Compare(pair.Stock, pair.Own, rules.Name, talk);

            await pair.CompareAsync(_comparison, rules.Name, "dump-flows", "dump-group-stats", "meter-stats", "dump-ports");
        }

        _comparison.Report(least: 170);
    }

    [Fact]
    public async Task Mirrors_copy_the_same_frames()
    {
        await using var pair = await SwitchesAlike.StartAsync();
        var rules = RuleSets.Tracking.First(r => r.Name == "source");
        await pair.ProgramAsync(rules);
        foreach (var what in (string[])["select-all=true", "select-dst-port=@from", "select-src-port=@from"])
        {
            await pair.ConfigureAsync("-- --id=@from get port p1 -- --id=@to get port p4 -- --id=@m create mirror name=m "
                + $"{what} output-port=@to -- set bridge br0 mirrors=@m");
            foreach (var v6 in (bool[])[false, true])
                foreach (var talk in Conversations.Tcp(v6).Concat(Conversations.Datagrams(v6)))
                    _comparison.Compare(pair.Stock, pair.Own, $"mirror {what}", talk);
            await pair.ConfigureAsync("clear bridge br0 mirrors");
        }

        await pair.CompareAsync(_comparison, rules.Name, "dump-flows", "dump-ports");
        _comparison.Report(least: 60);
    }

    [Fact]
    public async Task Rules_age_alike()
    {
        await using var pair = await SwitchesAlike.StartAsync();
        foreach (var rules in AgingRules.All)
        {
            foreach (var rounds in AgingRules.Talks())
            {
                await pair.ProgramAsync(rules);
                foreach (var talk in rounds)
                {
                    _comparison.Compare(pair.Stock, pair.Own, rules.Name, talk);
                    await pair.CompareAsync(_comparison, $"{rules.Name} / {talk.Name} of {rounds.Count}", "dump-flows");
                }
            }
        }

        _comparison.Report(least: 150);
    }

    /// <summary>Enough flows for whatever spreads, counts or copies them, at a pace that meters notice.</summary>
    private static IEnumerable<Conversation> Many() => ((bool[])[false, true]).SelectMany(v6 => (Conversation[])
    [
        Conversations.Many("tcp flows", 24, v6, IpProtocol.Tcp), Conversations.Many("udp flows", 24, v6, IpProtocol.Udp).Wait(1_300),
        Conversations.Many("udp flows later", 9, v6, IpProtocol.Udp, 60).Wait(4_000),
        Conversations.Many("other flows", 6, v6, 99).Wait(30_000),
    ]);
}
