using System.Numerics;
using System.Runtime.CompilerServices;
using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>
/// OVS's own hashes (<c>lib/hash.h</c>, <c>lib/flow.c</c>), which decide the bucket of a select group, so that the same packets take
/// the same
/// buckets. They are of the MurmurHash3 kind, over words as they lie in a little-endian machine's memory; builds of OVS for SSE 4.2 use
/// another function, distributions' builds do not.
/// </summary>
public static class OvsHash
{
    private const uint FiveTupleFinal = 42;

    /// <summary><c>hash_int</c>.</summary>
    public static uint Int(uint value, uint basis) => Finish(Add(Add(value, 0), basis), 8);

    /// <summary><c>flow_hash_5tuple</c>; 0 for no other reason than chance.</summary>
    public static uint FiveTuple(ref FlowKey key, uint basis)
    {
        var hash = basis;
        switch (key.EthType)
        {
            case EtherType.Ipv6:
                hash = Add(Add(Add(Add(hash, key.Ipv6Source, 0), key.Ipv6Source, 1), key.Ipv6Destination, 0), key.Ipv6Destination, 1);
                break;
            case EtherType.Ipv4 or EtherType.Arp:
                hash = Add(Add(hash, Wire32(key.NwSource.Value)), Wire32(key.NwDestination.Value));
                break;
            default:
                return Finish(hash, FiveTupleFinal);
        }

        hash = Add(hash, key.NwProto);
        if (key.NwProto is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp or IpProtocol.Icmp or IpProtocol.Icmpv6)
            hash = Add(hash, ReverseEndianness(key.TpSource) | (uint)ReverseEndianness(key.TpDestination) << 16);
        return Finish(hash, FiveTupleFinal);
    }

    /// <summary><c>flow_hash_symmetric_l3l4</c> without UDP ports: equal for both directions.</summary>
    public static uint SymmetricL3L4(ref FlowKey key, uint basis)
    {
        var hash = basis;
        if (key.EthType == EtherType.Ipv4)
        {
            hash = Add(hash, Wire32(key.NwSource.Value ^ key.NwDestination.Value));
        }
        else if (key.EthType == EtherType.Ipv6)
        {
            var mixed = new Ipv6Address(key.Ipv6Source.High ^ key.Ipv6Destination.High, key.Ipv6Source.Low ^ key.Ipv6Destination.Low);
            hash = Add(Add(hash, mixed, 0), mixed, 1);
        }
        else
        {
            return SymmetricL2(ref key, basis);
        }

        hash = Add(hash, key.NwProto);
        if (key.NwFragment == FragmentBits.None && key.NwProto is IpProtocol.Tcp or IpProtocol.Sctp)
            hash = Add(hash, ReverseEndianness((ushort)(key.TpSource ^ key.TpDestination)));
        return Finish(hash, basis);
    }

    private static uint SymmetricL2(ref FlowKey key, uint basis)
    {
        const ushort idMask = 0xfff;
        var type = ReverseEndianness(key.EthType);
        var tci = ReverseEndianness((ushort)((key.VlanTci ^ key.InnerVlanTci) & idMask));
        var address = ReverseEndianness((key.EthSource.Value ^ key.EthDestination.Value) << 16);
        var hash = Add(basis, type | (uint)tci << 16);
        return Finish(Add(Add(hash, (uint)address), (uint)(address >> 32) & 0xffff), basis);
    }

    /// <summary><c>hash_add64</c> of one half of an address.</summary>
    private static uint Add(uint hash, Ipv6Address address, int half)
    {
        var word = ReverseEndianness(half == 0 ? address.High : address.Low);
        return Add(Add(hash, (uint)word), (uint)(word >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Add(uint hash, uint data)
    {
        data = BitOperations.RotateLeft(data * 0xcc9e_2d51, 15) * 0x1b87_3593;
        return BitOperations.RotateLeft(hash ^ data, 13) * 5 + 0xe654_6b64;
    }

    private static uint Finish(uint hash, uint final)
    {
        hash ^= final;
        hash = (hash ^ (hash >> 16)) * 0x85eb_ca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2_ae35;
        return hash ^ (hash >> 16);
    }

    private static uint Wire32(uint value) => ReverseEndianness(value);
}
