namespace Fabric.OpenFlow.Tests;

/// <summary>
/// Rules collected with Open vSwitch 3.1's <c>ovs-ofctl parse-flow</c>: what it accepts (and prints in its canonical form) and what it
/// refuses. In accepted.txt each rule is followed by the indented canonical form.
/// </summary>
public class OvsTextTests
{
    public static TheoryData<string, string> Accepted()
    {
        var data = new TheoryData<string, string>();
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "accepted.txt"));
        for (var i = 0; i + 1 < lines.Length; i += 2) data.Add(lines[i], lines[i + 1].Trim());
        return data;
    }

    public static TheoryData<string> Refused() => [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "refused.txt"))];

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_rule_that_OVS_accepts_is_read_and_printed_as_OVS_does(string rule, string canonical)
    {
        Assert.True(RuleText.TryParse(rule, NoOpenFlowPorts.Instance, out var mod, out var error), error);
        Assert.Equal(canonical, FlowModWords.Of(mod));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_is_printed_reads_back_as_the_same_rule(string rule, string canonical)
    {
        Assert.True(RuleText.TryParse(rule, NoOpenFlowPorts.Instance, out var mod, out _));
        var printed = RuleText.Format(mod);
        Assert.True(RuleText.TryParse(printed, NoOpenFlowPorts.Instance, out var again, out var error), $"{printed}: {error}");
        Assert.Equal(canonical, FlowModWords.Of(again));
        // Of fields that were dropped it is left that they asked for an Ethernet packet, for which the text has no word.
        if (mod.Match.Mask.Packet.PacketType != 0) again.Match.Set(OpenFlowFields.PacketType, mod.Match.Value.Packet.PacketType);
        Assert.Equal(mod.Match, again.Match);
        Assert.Equal(mod.Actions, again.Actions);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_rule_that_OVS_refuses_is_refused_with_a_position(string rule)
    {
        Assert.False(RuleText.TryParse(rule, NoOpenFlowPorts.Instance, out _, out var error));
        Assert.StartsWith("position ", error, StringComparison.Ordinal);
    }
}
