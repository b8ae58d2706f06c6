using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Interop.Tests;

/// <summary>
/// What stands beside the rules, in the real switch and in Fabric's datapath: mirrors, time-out policies, limits, settings of
/// reassembly and of sequence checks. As in <see cref="ExecutionDifferentialTests"/>, Fabric executes the flows of the real one.
/// </summary>
public sealed class SettingsDifferentialTests
{
    private readonly ExecutionComparison _comparison = new();

    [Fact]
    public async Task Mirrors_copy_the_same_frames()
    {
        await using var stock = await DrivenSwitch.StartAsync();
        var own = new OwnDatapath();
        var rules = RuleSets.Tracking.First(r => r.Name == "source");
        await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
        foreach (var what in (string[])["select-all=true", "select-dst-port=@from", "select-src-port=@from"])
        {
            await stock.ConfigureAsync("-- --id=@from get port p1 -- --id=@to get port p4 -- --id=@m create mirror name=m "
                + $"{what} output-port=@to -- set bridge br0 mirrors=@m");
            foreach (var v6 in (bool[])[false, true])
                foreach (var talk in Conversations.Tcp(v6).Concat(Conversations.Datagrams(v6)))
                    _comparison.Compare(stock, own, $"mirror {what}", talk);
            await stock.ConfigureAsync("clear bridge br0 mirrors");
        }

        _comparison.Report(least: 60);
    }

    [Fact]
    public async Task Connections_end_when_their_policy_says()
    {
        await using var stock = await DrivenSwitch.StartAsync();
        var own = new OwnDatapath();
        await stock.ConfigureAsync("-- --id=@d create Datapath datapath_version=0 -- set Open_vSwitch . datapaths:system=@d");
        await stock.ConfigureAsync("add-zone-tp system zone=5 tcp_syn_sent=11 tcp_syn_recv=12 tcp_established=13 tcp_fin_wait=14 "
            + "tcp_time_wait=15 tcp_close=16 udp_first=17 udp_single=18 udp_multiple=19 icmp_first=21 icmp_reply=22");
        var timeouts = CtTimeouts.Default with
        {
            TcpSynSentS = 11, TcpSynReceivedS = 12, TcpEstablishedS = 13, TcpFinWaitS = 14, TcpTimeWaitS = 15, TcpCloseS = 16,
            UdpFirstS = 17, UdpSingleS = 18, UdpMultipleS = 19, IcmpFirstS = 21, IcmpReplyS = 22,
        };
        var rules = RuleSets.Tracking.First(r => r.Name == "zone");
        await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
        foreach (var v6 in (bool[])[false, true])
        {
            foreach (var talk in Conversations.Tcp(v6).Concat(Conversations.Datagrams(v6)))
            {
                // Policies are numbered as they are needed; 0 is none, for protocols that no policy speaks of.
                for (uint i = 1; i < 8; i++) own.Kernel.Connections.SetTimeouts(i, timeouts);
                _comparison.Compare(stock, own, "policy", talk);
            }
        }

        _comparison.Report(least: 30);
    }

    [Fact]
    public async Task Limits_and_settings_mean_the_same()
    {
        await using var stock = await DrivenSwitch.StartAsync();
        var own = new OwnDatapath();
        var rules = RuleSets.Tracking.First(r => r.Name == "zone");
        await stock.ProgramAsync(rules.Meters, rules.Groups, rules.Rules);
        var many = (bool v6) => Conversations.Many("udp flows", 9, v6, IpProtocol.Udp);
        (string Command, string[] Words, CtRequest Request)[] settings =
        [
            ("dpctl/ct-set-limits", ["zone=5,limit=4"], new SetZoneLimit(5, 4)),
            ("dpctl/ct-set-limits", ["zone=5,limit=0"], new SetZoneLimit(5, 0)),
            ("dpctl/ct-del-limits", ["zone=5"], new DeleteZoneLimit(5)),
            ("dpctl/ct-set-limits", ["default=3"], new SetZoneLimit(-1, 3)),
            ("dpctl/ct-set-limits", ["default=100"], new SetZoneLimit(-1, 100)),
            ("dpctl/ct-set-maxconns", ["5"], new SetMaxConnections(5)),
            ("dpctl/ct-set-maxconns", ["1000"], new SetMaxConnections(1000)),
            ("dpctl/ct-disable-tcp-seq-chk", [], new SetTcpSequenceCheck(false)),
            ("dpctl/ct-enable-tcp-seq-chk", [], new SetTcpSequenceCheck(true)),
            ("dpctl/ipf-set-min-frag", ["v4", "400"], new SetMinFragment(false, 400)),
            ("dpctl/ipf-set-min-frag", ["v6", "400"], new SetMinFragment(true, 400)),
            ("dpctl/ipf-set-max-nfrags", ["2"], new SetMaxFragments(2)),
            ("dpctl/ipf-set-max-nfrags", ["1000"], new SetMaxFragments(1000)),
            ("dpctl/ipf-set-disabled", ["v4"], new SetReassembly(false, false)),
            ("dpctl/ipf-set-disabled", ["v6"], new SetReassembly(true, false)),
        ];
        var takesSmall = new HashSet<bool>();
        foreach (var (command, words, request) in settings)
        {
            stock.Ask(command, words);
            if (request is SetMinFragment minimum) takesSmall.Add(minimum.IsIpv6);
            Assert.True(own.Kernel.Carry(request, own.NowMs), command);
            var name = $"{command} {string.Join(' ', words)}";
            foreach (var v6 in (bool[])[false, true])
            {
                _comparison.Compare(stock, own, name, many(v6));
                var odd = Conversations.Tcp(v6).First(t => t.Name.StartsWith("tcp out of", StringComparison.Ordinal));
                _comparison.Compare(stock, own, name, odd);
                foreach (var talk in Conversations.Fragmented(v6).Where(t => !KnownFaults.LeavesFragments(t, takesSmall.Contains(v6))))
                    _comparison.Compare(stock, own, name, talk);
            }
        }

        _comparison.Report(least: 200);
    }
}
