using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// The same frames into Debian's ovs-vswitchd and into Fabric's datapath, which is given the flows that the real one made: every frame that
/// leaves must be the same, byte for byte, and so must the table of connections with its states and times afterwards.
/// </summary>
public sealed class ExecutionDifferentialTests
{
    private readonly ExecutionComparison _comparison = new();

    [Fact]
    public async Task What_OVS_does_to_frames_with_state_Fabric_does()
    {
        await using var stock = await DrivenSwitch.StartAsync();
        var own = new OwnDatapath();
        foreach (var rules in RuleSets.Tracking)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            foreach (var talk in Conversations.All().Where(t => !KnownFaults.IsExcepted(rules, t) && !KnownFaults.LeavesFragments(t)))
                _comparison.Compare(stock, own, rules.Name, talk);
        }

        _comparison.Report(least: 300);
    }

    [Fact]
    public async Task What_OVS_does_to_frames_without_state_Fabric_does()
    {
        await using var stock = await DrivenSwitch.StartAsync();
        foreach (var rules in RuleSets.Stateless)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            var own = new OwnDatapath(rules.Meters.Select(MeterWords.Parse));
            foreach (var v6 in (bool[])[false, true])
            {
                _comparison.Compare(stock, own, rules.Name, Conversations.Many("tcp flows", 24, v6, IpProtocol.Tcp));
                _comparison.Compare(stock, own, rules.Name, Conversations.Many("udp flows", 24, v6, IpProtocol.Udp).Wait(1_300));
                _comparison.Compare(stock, own, rules.Name, Conversations.Many("udp flows later", 9, v6, IpProtocol.Udp, 60).Wait(4_000));
                _comparison.Compare(stock, own, rules.Name, Conversations.Many("other flows", 6, v6, 99).Wait(30_000));
            }
        }

        _comparison.Report(least: 100);
    }

    [Fact]
    public async Task What_OVS_does_with_these_rules_Fabric_does_by_itself()
    {
        await using var stock = await DrivenSwitch.StartAsync();
        foreach (var rules in RuleSets.Tracking)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            var own = new OwnSwitch(rules);
            foreach (var talk in Conversations.All().Where(t => !KnownFaults.IsExcepted(rules, t) && !KnownFaults.LeavesFragments(t)))
                _comparison.Compare(stock, own, rules.Name, talk);
        }

        foreach (var rules in RuleSets.Stateless)
        {
            await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
            var own = new OwnSwitch(rules);
            foreach (var v6 in (bool[])[false, true])
            {
                _comparison.Compare(stock, own, rules.Name, Conversations.Many("tcp flows", 24, v6, IpProtocol.Tcp));
                _comparison.Compare(stock, own, rules.Name, Conversations.Many("udp flows", 24, v6, IpProtocol.Udp).Wait(5_000));
                _comparison.Compare(stock, own, rules.Name, Conversations.Many("other flows", 6, v6, 99).Wait(30_000));
            }
        }

        _comparison.Report(least: 300);
    }
}
