using Fabric.Agent;
using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;

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
        var open = OpenBits(ref key, ref result.Mask);
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

    /// <summary>Bits that packets of this kind have and the mask leaves open.</summary>
    private static List<(int Byte, int Bit)> OpenBits(ref FlowKey key, ref FlowMask mask)
    {
        var domain = FlowMask.ForPacket(ref key);
        if (key.VlanTci == 0) (domain.Bits.VlanTci, domain.Bits.VlanTpid) = (0, 0);
        if (key.InnerVlanTci == 0) (domain.Bits.InnerVlanTci, domain.Bits.InnerVlanTpid) = (0, 0);
        if (key.NwProto is IpProtocol.Icmp or IpProtocol.Icmpv6)
            (domain.Bits.TpSource, domain.Bits.TpDestination) = ((ushort)(domain.Bits.TpSource & 0xff),
                (ushort)(domain.Bits.TpDestination & 0xff));
        // An outer header is IPv4 or IPv6, never both.
        if (!key.TunnelDestination.IsZero) (domain.Bits.TunnelSourceV6, domain.Bits.TunnelDestinationV6) = (default, default);
        // A hash comes with the recirculation that asked for it.
        if (key.RecircId == 0) domain.Bits.DpHash = 0;
        // Without tracking there is nothing that tracking could have left.
        if (key.CtState == 0) (domain.Bits.CtState, domain.Bits.CtZone, domain.Bits.CtMark, domain.Bits.CtLabel) = (0, 0, 0, 0);
        // Only what tracking has sent back is tracked, and that comes with another id, which is matched.
        domain.Bits.CtState &= ~0x20u;
        var open = new List<(int, int)>();
        var (all, taken) = (FlowKey.MatchBytes(ref domain.Bits).ToArray(), FlowKey.MatchBytes(ref mask.Bits).ToArray());
        for (var i = 0; i < all.Length; i++)
            for (var bit = 0; bit < 8; bit++)
                if ((all[i] >> bit & 1) != 0 && (taken[i] >> bit & 1) == 0) open.Add((i, bit));
        return open;
    }
}
