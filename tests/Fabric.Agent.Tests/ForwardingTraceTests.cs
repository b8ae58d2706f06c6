using System.Text.RegularExpressions;
using Fabric.Flow;

namespace Fabric.Agent.Tests;

/// <summary>
/// VLAN modes, bonds, mirrors, patch ports and queues against Open vSwitch 3.1: <c>ovs-vswitchd --enable-dummy=system</c> with
/// <c>vlan-limit=2</c> was configured as Data/ovs-forwarding.txt says and asked by <c>ovs-appctl ofproto/trace</c>. Two things are allowed
/// for everywhere: the order in which NORMAL floods (<see cref="OutputEffects"/>), and the numbers of queues, which the dummy datapath
/// keeps and a Linux datapath turns into traffic classes. All else that differs is listed with its reason.
/// </summary>
public partial class ForwardingTraceTests
{
    private static IEnumerable<TraceGroup.Case> Cases() =>
        TraceGroup.Read(Path.Combine(AppContext.BaseDirectory, "Data", "ovs-forwarding.txt")).SelectMany(g => g.Cases);

    [Fact]
    public void Actions_equal_those_of_OVS()
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var c in Cases())
        {
            var agent = c.Group.Make();
            var key = c.Group.Key(c);
            count++;
            var words = OutputEffects.Split(ActionWords.Of(agent.Translate(ref key).Actions));
            var ours = string.Join(",", words.Select(w => Named(c.Group, w)));
            var isEqual = OutputEffects.Of(ours, key, c.Group) == OutputEffects.Of(c.Actions, key, c.Group);
            if (isEqual != (c.Difference?.Contains("actions", StringComparison.Ordinal) == true)) continue;
            failures.Add($"{c}\n  OVS  {c.Actions}\n  ours {ours}{(c.Difference is null ? "" : " (listed as different)")}");
        }

        Assert.True(count >= 800, $"{count} cases");
        Assert.True(failures.Count == 0, $"{failures.Count} of {count} differ\n" + string.Join("\n", failures));
    }

    [Fact]
    public void Megaflows_equal_those_of_OVS_but_for_the_differences_listed()
    {
        var failures = new List<string>();
        foreach (var c in Cases())
        {
            var agent = c.Group.Make();
            var key = c.Group.Key(c);
            var result = agent.Trace(ref key);
            var ours = result.Trace!.Split('\n').Single(l => l.StartsWith("Megaflow: ", StringComparison.Ordinal))[10..];
            // Where OVS leaves an inner tag out that decides what is sent, our megaflow has it.
            var inner = InnerTag().Match(c.Megaflow);
            var isEqual = InnerTag().Replace(ours, "") == c.Megaflow.Remove(inner.Index, inner.Length)
                && (!inner.Success || result.Mask.Bits.InnerVlanTci == 0xffff);
            if (isEqual == (c.Difference?.Contains("megaflow", StringComparison.Ordinal) != true)) continue;
            failures.Add($"{c}\n  OVS  {c.Megaflow}\n  ours {ours}{(c.Difference is null ? "" : " (listed as different)")}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differ\n" + string.Join("\n", failures));
    }

    /// <summary>Answers of <c>ovs-appctl bond/hash</c>.</summary>
    [Theory]
    [InlineData("00:00:00:00:00:0a", 0, 0, 60)]
    [InlineData("00:00:00:00:00:0a", 10, 0, 34)]
    [InlineData("fe:dc:ba:98:76:54", 4095, 12345, 36)]
    [InlineData("06:00:00:00:00:41", 0, 7, 6)]
    public void Hashes_of_sources_are_those_of_OVS(string mac, ushort vlan, uint basis, uint bucket) =>
        Assert.Equal(bucket, OvsHash.Mac(Wire.MacAddress.Parse(mac), vlan, basis) & (AgentBond.BucketCount - 1));

    private static string Named(TraceGroup group, string word) =>
        Priority().Match(word) is { Success: true } match
            ? $"set(skb_priority({Queue(Convert.ToUInt32(match.Groups[1].Value, 16))}))"
            : group.NameOf(word);

    private static string Queue(uint priority) =>
        QosSettings.QueueOf(priority) is not 0 and var queue ? $"0x{queue:x}" : "0";

    [GeneratedRegex(",dl_vlan1=[0-9]+,dl_vlan_pcp1=[0-7]")]
    private static partial Regex InnerTag();

    [GeneratedRegex(@"^set\(skb_priority\(0?x?([0-9a-f]+)\)\)$")]
    private static partial Regex Priority();
}
