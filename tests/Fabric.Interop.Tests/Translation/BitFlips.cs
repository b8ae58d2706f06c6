using Fabric.Agent;
using Fabric.Agent.Tests;
using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// Is a megaflow sound? Whatever bits it leaves open, a packet that differs only in them must be treated alike. Its own megaflow may have
/// another mask: where one address shows that a table's rules cannot match, another leads to the next stage, and that shows it.
/// </summary>
internal static class BitFlips
{
    private const int Rounds = 3;

    /// <summary>The packet that <c>ofproto/trace br0</c> makes of the text.</summary>
    public static FlowKey Key(AgentBridge bridge, string flow)
    {
        Assert.True(RuleText.TryParseDelete(flow, bridge, strict: false, out var mod, out var error), $"{flow}: {error}");
        var key = mod.Match.Value.Packet;
        key.InPort = bridge.FindPort(mod.Match.Value.InPort)!.Settings.Odp;
        if (key.VlanTci != 0) key.VlanTpid = 0x8100;
        if ((key.NwFragment & FragmentBits.Later) != 0) key.NwFragment |= FragmentBits.Any;
        key.Normalize();
        return key;
    }

    /// <summary>How many bits were open, and the first packet found that differs only in them and is treated otherwise.</summary>
    public static (int Open, string? Fault) Check(OvsAgent agent, FlowKey key, Random random)
    {
        var result = agent.Translate(ref key);
        var open = OpenBits.Of(ref key, ref result.Mask, isTrackedWithoutState: false);
        for (var round = 0; round < Rounds && open.Count > 0; round++)
        {
            var other = key;
            // One bit alone, then many together.
            var chosen = round == 0 ? [open[random.Next(open.Count)]] : open.Where(_ => random.Next(3) == 0).ToList();
            foreach (var (index, bit) in chosen) FlowKey.MatchBytes(ref other)[index] ^= (byte)(1 << bit);
            other.Normalize();
            var again = agent.Translate(ref other);
            if (result.Actions.Equals(again.Actions) && result.Error == again.Error && result.IsSlow == again.IsSlow) continue;
            return (open.Count, $"{agent.Trace(ref key).Trace}\n--- but\n{agent.Trace(ref other).Trace}");
        }

        return (open.Count, null);
    }
}
