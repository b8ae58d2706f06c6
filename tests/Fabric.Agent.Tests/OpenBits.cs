using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent.Tests;

/// <summary>Bits that packets of a kind have and a mask leaves open.</summary>
internal static class OpenBits
{
    public static List<(int Byte, int Bit)> Of(ref FlowKey key, ref FlowMask mask, bool isTrackedWithoutState = true)
    {
        var domain = FlowMask.ForPacket(ref key);
        if (key.VlanTci == 0) (domain.Bits.VlanTci, domain.Bits.VlanTpid) = (0, 0);
        if (key.InnerVlanTci == 0) (domain.Bits.InnerVlanTci, domain.Bits.InnerVlanTpid) = (0, 0);
        if (key.NwProto is IpProtocol.Icmp or IpProtocol.Icmpv6)
            (domain.Bits.TpSource, domain.Bits.TpDestination) = ((ushort)(domain.Bits.TpSource & 0xff),
                (ushort)(domain.Bits.TpDestination & 0xff));
        // Without tracking there is nothing that tracking could have left.
        if (!isTrackedWithoutState && key.CtState == 0)
            (domain.Bits.CtState, domain.Bits.CtZone, domain.Bits.CtMark, domain.Bits.CtLabel) = (0, 0, 0, 0);
        // Only what tracking has sent back is tracked, and that comes with another id, which is matched.
        domain.Bits.CtState &= ~0x20u;
        // An outer header is IPv4 or IPv6, never both.
        if (!key.TunnelDestination.IsZero) (domain.Bits.TunnelSourceV6, domain.Bits.TunnelDestinationV6) = (default, default);
        // No hash is 0: so says that none was computed, which the packet's way tells as well.
        if (key.DpHash == 0) domain.Bits.DpHash = 0;
        // What was frozen with the id was matched when the packet first came.
        if (key.RecircId != 0)
        {
            FlowKey.Section(ref domain.Bits, 2) = default;
            FlowKey.Section(ref domain.Bits, 3) = default;
        }

        var open = new List<(int, int)>();
        var (all, taken) = (FlowKey.MatchBytes(ref domain.Bits).ToArray(), FlowKey.MatchBytes(ref mask.Bits).ToArray());
        for (var i = 0; i < all.Length; i++)
            for (var bit = 0; bit < 8; bit++)
                if ((all[i] >> bit & 1) != 0 && (taken[i] >> bit & 1) == 0) open.Add((i, bit));
        return open;
    }
}
