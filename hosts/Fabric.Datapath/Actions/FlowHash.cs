using System.Numerics;
using System.Runtime.CompilerServices;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Hashes of a flow's addresses and ports: the entropy of outer source ports and the value of <c>dp_hash</c>. Equal for all packets of a
/// connection's direction; it need not equal OVS's number.
/// </summary>
public static class FlowHash
{
    /// <summary>
    /// Addresses, protocol and ports (OVS: <c>flow_hash_5tuple</c>); Ethernet addresses and type for other packets. Never 0.
    /// </summary>
    public static uint FiveTuple(ref FlowKey key, uint basis)
    {
        ulong hash;
        if (key.EthType == EtherType.Ipv4)
        {
            hash = Mix(basis, ((ulong)key.NwSource.Value << 32) | key.NwDestination.Value);
        }
        else if (key.EthType == EtherType.Ipv6)
        {
            hash = Mix(Mix(basis, key.Ipv6Source.High), key.Ipv6Source.Low);
            hash = Mix(Mix(hash, key.Ipv6Destination.High), key.Ipv6Destination.Low);
        }
        else
        {
            return Finish(Mix(Mix(basis, key.EthSource.Value), (key.EthDestination.Value << 16) | key.EthType));
        }

        return Finish(Mix(hash, Ports(ref key)));
    }

    /// <summary>The same for both directions (OVS: <c>flow_hash_symmetric_l4</c>). Never 0.</summary>
    public static uint SymmetricL4(ref FlowKey key, uint basis)
    {
        var hash = Mix(basis, key.EthSource.Value ^ key.EthDestination.Value);
        hash = Mix(hash, key.NwSource.Value ^ key.NwDestination.Value);
        hash = Mix(hash, key.Ipv6Source.High ^ key.Ipv6Destination.High);
        hash = Mix(hash, key.Ipv6Source.Low ^ key.Ipv6Destination.Low);
        var ports = HasPorts(ref key) ? (uint)(key.TpSource ^ key.TpDestination) : 0;
        return Finish(Mix(hash, ((ulong)key.EthType << 32) | ((ulong)key.NwProto << 16) | ports));
    }

    /// <summary>Ports differ between the fragments of one packet, which must stay together: fragments hash without them.</summary>
    private static ulong Ports(ref FlowKey key) =>
        HasPorts(ref key) ? ((ulong)key.NwProto << 32) | ((ulong)key.TpSource << 16) | key.TpDestination : (ulong)key.NwProto << 32;

    private static bool HasPorts(ref FlowKey key) =>
        key.NwFragment == FragmentBits.None && key.NwProto is (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong value)
    {
        var x = (hash ^ value) * 0x9e37_79b9_7f4a_7c15;
        return BitOperations.RotateLeft(x, 31) * 0xbf58_476d_1ce4_e5b9;
    }

    private static uint Finish(ulong hash)
    {
        hash ^= hash >> 29;
        hash *= 0x94d0_49bb_1331_11eb;
        return Math.Max(1, (uint)(hash >> 32));
    }
}
