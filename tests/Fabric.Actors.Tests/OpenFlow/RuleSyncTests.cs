using Fabric.OpenFlow;

namespace Fabric.Actors.Tests.OpenFlow;

/// <summary>How Fabric's own controller makes rules follow its wish.</summary>
public sealed class RuleSyncTests
{
    private const ulong Ours = 0xabc;

    private readonly RuleSync _sync = new(Ours);

    [Fact]
    public void A_bridge_that_has_everything_is_told_nothing()
    {
        _sync.Want([Rule("ip,actions=output:1"), Rule("arp,actions=output:2")]);
        Begin(Installed("ip,actions=output:1"), Installed("arp,actions=output:2"));
        Assert.Empty(_sync.TakeMessages());
        Assert.True(_sync.IsInSync);
    }

    [Fact]
    public void The_difference_goes_out_as_one_bundle_with_a_barrier_behind_it()
    {
        _sync.Want([Rule("ip,actions=output:1"), Rule("arp,actions=output:2"), Rule("tcp,actions=output:3")]);
        Begin(Installed("ip,actions=output:1"), Installed("arp,actions=output:9"), Installed("udp,actions=drop"));
        var messages = _sync.TakeMessages();
        Assert.IsType<BarrierRequest>(messages[^1]);
        Assert.Equal(BundleControlType.OpenRequest, Assert.IsType<BundleControlMessage>(messages[0]).Type);
        Assert.Equal(BundleControlType.CommitRequest, Assert.IsType<BundleControlMessage>(messages[^2]).Type);
        var mods = messages.OfType<BundleAddMessage>().Select(add => ((FlowModMessage)add.Message).Request).ToList();
        Assert.Equal([FlowModCommand.DeleteStrict, FlowModCommand.ModifyStrict, FlowModCommand.Add], mods.Select(m => m.Command));
        Assert.All(mods, mod => Assert.Equal(Ours, mod.Cookie));
        Assert.Equal(ulong.MaxValue, mods[0].CookieMask);
        Assert.False(_sync.IsInSync);
        _sync.Receive(new BarrierReply { Xid = messages[^1].Xid });
        Assert.True(_sync.IsInSync);
        Assert.Empty(_sync.TakeMessages());
    }

    [Fact]
    public void A_refused_bundle_is_sent_rule_by_rule_and_the_bad_one_is_told_once()
    {
        _sync.Want([Rule("ip,actions=output:1"), Rule("arp,actions=output:2")]);
        Begin();
        var bundle = _sync.TakeMessages();
        var arp = Rule("arp,actions=drop").Match;
        var bad = bundle.OfType<BundleAddMessage>().Single(add => ((FlowModMessage)add.Message).Request.Match.Equals(arp));
        _sync.Receive(new ErrorMessage(OpenFlowError.BacBadOutPort, HexBytes.Empty) { Xid = bad.Xid });
        _sync.Receive(new BarrierReply { Xid = bundle[^1].Xid });
        Assert.False(_sync.TryTakeRefusal(out _));

        var plain = _sync.TakeMessages();
        Assert.Equal(2, plain.OfType<FlowModMessage>().Count());
        var worse = plain.OfType<FlowModMessage>().Single(mod => mod.Request.Match.Equals(arp));
        _sync.Receive(new ErrorMessage(OpenFlowError.BacBadOutPort, HexBytes.Empty) { Xid = worse.Xid });
        _sync.Receive(new BarrierReply { Xid = plain[^1].Xid });
        Assert.True(_sync.TryTakeRefusal(out var refusal));
        Assert.Contains("OFPBAC_BAD_OUT_PORT", refusal, StringComparison.Ordinal);
        Assert.True(_sync.IsInSync);
        Assert.Empty(_sync.TakeMessages());
    }

    [Fact]
    public void A_change_while_another_is_under_way_follows_it()
    {
        _sync.Want([Rule("ip,actions=output:1")]);
        Begin();
        var first = _sync.TakeMessages();
        _sync.Want([Rule("arp,actions=output:1")]);
        Assert.Empty(_sync.TakeMessages());
        _sync.Receive(new BarrierReply { Xid = first[^1].Xid });
        Assert.False(_sync.IsInSync);
        Assert.Equal(2, _sync.TakeMessages().OfType<BundleAddMessage>().Count());
    }

    private void Begin(params RuleStatistics[] rules)
    {
        var question = Assert.IsType<RuleStatisticsRequest>(_sync.Connected(hasBundles: true));
        Assert.Equal((Ours, ulong.MaxValue), (question.Filter.Cookie, question.Filter.CookieMask));
        Assert.Empty(_sync.TakeMessages());
        foreach (var rule in rules) _sync.Receive(new RuleStatisticsReply([rule]) { Xid = question.Xid, HasMore = true });
        _sync.Receive(new RuleStatisticsReply([]) { Xid = question.Xid });
    }

    private static FlowMod Rule(string text)
    {
        Assert.True(RuleText.TryParse(text, NoOpenFlowPorts.Instance, out var rule, out var error), error);
        return rule;
    }

    private static RuleStatistics Installed(string text)
    {
        var rule = Rule(text);
        return new RuleStatistics { Match = rule.Match, Priority = rule.Priority, Cookie = Ours, Actions = rule.Actions };
    }
}
