using System.Globalization;
using System.Text;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// The same frames into Debian's ovs-vswitchd and into Fabric's datapath, which is given the flows that the real one made: every frame that
/// leaves must be the same, byte for byte, and so must the table of connections with its states and times afterwards.
/// </summary>
public sealed class ExecutionDifferentialTests
{
    private readonly List<string> _differences = [];
    private int _cases;

    [Fact]
    public async Task What_OVS_does_to_frames_with_state_Fabric_does()
    {
        await using var stock = await StockDatapath.StartAsync();
        var own = new OwnDatapath();
        foreach (var rules in RuleSets.Tracking)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            foreach (var talk in Conversations.All().Where(t => !IsExcepted(rules, t))) Compare(stock, own, rules.Name, talk);
        }

        Report(least: 300);
    }

    [Fact]
    public async Task What_OVS_does_to_frames_without_state_Fabric_does()
    {
        await using var stock = await StockDatapath.StartAsync();
        foreach (var rules in RuleSets.Stateless)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            var own = new OwnDatapath();
            for (var i = 0; i < rules.Meters.Length; i++) own.Kernel.Meters.TrySet((uint)i, MeterWords.Parse(rules.Meters[i]), own.NowMs);
            foreach (var v6 in (bool[])[false, true])
            {
                Compare(stock, own, rules.Name, Conversations.Many("tcp flows", 24, v6, IpProtocol.Tcp));
                Compare(stock, own, rules.Name, Conversations.Many("udp flows", 24, v6, IpProtocol.Udp).Wait(1_300));
                Compare(stock, own, rules.Name, Conversations.Many("udp flows later", 9, v6, IpProtocol.Udp, 60).Wait(4_000));
                Compare(stock, own, rules.Name, Conversations.Many("other flows", 6, v6, 99).Wait(30_000));
            }
        }

        Report(least: 100);
    }

    [Fact]
    public async Task What_OVS_does_with_these_rules_Fabric_does_by_itself()
    {
        await using var stock = await StockDatapath.StartAsync();
        foreach (var rules in RuleSets.Tracking)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            var own = new OwnSwitch(rules);
            foreach (var talk in Conversations.All().Where(t => !IsExcepted(rules, t) && !LeavesFragments(t)))
                Compare(stock, own, rules.Name, talk);
        }

        foreach (var rules in RuleSets.Stateless)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            var own = new OwnSwitch(rules);
            foreach (var v6 in (bool[])[false, true])
            {
                Compare(stock, own, rules.Name, Conversations.Many("tcp flows", 24, v6, IpProtocol.Tcp));
                Compare(stock, own, rules.Name, Conversations.Many("udp flows", 24, v6, IpProtocol.Udp).Wait(5_000));
                Compare(stock, own, rules.Name, Conversations.Many("other flows", 6, v6, 99).Wait(30_000));
            }
        }

        Report(least: 300);
    }

    /// <summary>They would leave with later frames, and each rule set has a new switch here.</summary>
    private static bool LeavesFragments(Conversation talk) =>
        new[] { "doubled", "missing", "too late", "small" }.Any(w => talk.Name.Contains("fragments " + w, StringComparison.Ordinal));

    /// <summary>
    /// Where OVS 3.1 is wrong. It corrects the checksum of a translated segment that an ICMP error quotes although it lies behind the
    /// quotation, in memory that is not the packet's, and dies of it some time later. And a set of IPv4 addresses "corrects" in a later
    /// fragment what would be the checksum if there were a UDP header, which Linux's datapath and Fabric's leave alone.
    /// </summary>
    private static bool IsExcepted(RuleSet rules, Conversation talk)
    {
        if (talk.Name.StartsWith("error cut in tcp", StringComparison.Ordinal))
            return rules.Rules.Any(r => r.Contains("nat", StringComparison.Ordinal));
        return rules.Name == "changed between" && talk.Name.StartsWith("fragments", StringComparison.Ordinal);
    }

    private void Compare(StockDatapath stock, IOwnSide own, string rules, Conversation talk)
    {
        _cases++;
        var name = $"{rules} / {talk.Name}";
        stock.Forget();
        own.Forget();
        stock.TakeSent();
        own.TakeSent();
        var seen = new Seen();
        var step = 0;
        foreach (var next in talk.Steps)
        {
            step++;
            if (next.WaitMs > 0)
            {
                stock.Warp(next.WaitMs);
                own.Warp(next.WaitMs);
                continue;
            }

            foreach (var frame in next.Frames(seen))
            {
                stock.Receive(next.Port, frame);
                own.Learn(stock);
                own.Receive(next.Port, frame);
                if (!IsSame(stock.TakeSent(), own.TakeSent(), seen, $"{name}, step {step}", stock)) return;
            }
        }

        var expected = Lines(stock.Ask("dpctl/dump-conntrack", "-m", "-s"));
        var dump = own.Kernel.Connections.Dump(own.NowMs);
        var actual = string.Join('\n', dump.Select(e => e.ToString(isVerbose: true, withStatistics: true)));
        if (expected != Lines(actual)) _differences.Add($"{name}: connections are\n{Lines(actual)}\nand should be\n{expected}");
        if (own.Misses > 0) _differences.Add($"{name}: {own.Misses} frames found no flow");
    }

    private bool IsSame(
        IReadOnlyList<(int Port, byte[] Frame)> expected, IReadOnlyList<(int Port, byte[] Frame)> actual, Seen seen, string name,
        StockDatapath stock)
    {
        foreach (var (port, frame) in expected) seen.Note(port, frame);
        if (expected.Count == actual.Count
            && expected.Zip(actual, (e, a) => e.Port == a.Port && e.Frame.AsSpan().SequenceEqual(a.Frame)).All(same => same)) return true;
        var text = new StringBuilder(name).Append(": sent\n");
        foreach (var (port, frame) in actual) text.Append(CultureInfo.InvariantCulture, $"  {port} {Convert.ToHexString(frame)}\n");
        text.Append("and should have\n");
        foreach (var (port, frame) in expected) text.Append(CultureInfo.InvariantCulture, $"  {port} {Convert.ToHexString(frame)}\n");
        text.Append("by\n  ").AppendJoin("\n  ", stock.Flows());
        _differences.Add(text.ToString());
        return false;
    }

    private void Report(int least)
    {
        var first = string.Join("\n\n", _differences.Take(12));
        Assert.True(_differences.Count == 0, $"{_differences.Count} of {_cases} cases differ:\n{first}");
        Assert.InRange(_cases, least, int.MaxValue);
    }

    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
}
