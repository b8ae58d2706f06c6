using System.Runtime.CompilerServices;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Flow;

/// <summary>IPv6, its extension headers (OVS: <c>parse_ipv6_ext_hdrs</c>) and neighbour discovery (<c>parse_icmpv6</c>).</summary>
public static partial class FlowExtractor
{
    private const int Ipv6Size = 40;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ExtractIpv6(ref byte p, int offset, int size, ref Headers head, ref FlowKey key)
    {
        var room = size - offset;
        if (room < Ipv6Size) return;
        int payloadSize = Number16(ref p, offset + 4);
        if (payloadSize + Ipv6Size > room) return;

        key.Ipv6Source = Load<Ipv6Address>(ref p, offset + 8);
        key.Ipv6Destination = Load<Ipv6Address>(ref p, offset + 24);
        MarkUnlessZero(ref key, 4);
        var first = ReverseEndianness(Load<uint>(ref p, offset));
        var ttl = At(ref p, offset + 7);
        var proto = At(ref p, offset + 6);
        var fragment = FragmentBits.None;
        offset += Ipv6Size;
        var end = offset + payloadSize;
        // With a broken extension header OVS keeps the addresses and nothing else of the IPv6 header.
        if (!SkipExtensions(ref p, ref offset, end, ref proto, ref fragment)) return;

        head.Ipv6Label = ReverseEndianness(first & 0x000f_ffff);
        head.Network = NetworkFields(proto, fragment, (byte)(first >> 20), ttl);
        if ((fragment & FragmentBits.Later) == 0) ExtractTransport(ref p, offset, end, proto, ref head, ref key);
    }

    private static bool SkipExtensions(ref byte p, ref int offset, int end, ref byte proto, ref FragmentBits fragment)
    {
        while (proto is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.DestinationOptions or IpProtocol.AuthenticationHeader
            or IpProtocol.Fragment)
        {
            if (end - offset < 8) return false;
            var isFragment = proto == IpProtocol.Fragment;
            var extensionSize = proto switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.AuthenticationHeader => (At(ref p, offset + 1) + 2) * 4,
                _ => (At(ref p, offset + 1) + 1) * 8,
            };
            proto = At(ref p, offset);
            if (end - offset < extensionSize) return false;
            var start = offset;
            offset += extensionSize;
            if (!isFragment) continue;

            // Reserved bits count too: OVS compares the whole field with zero.
            var fragmentField = Number16(ref p, start + 2);
            if (fragmentField == 0) continue;
            fragment = FragmentBits.Any;
            if ((fragmentField & 0xfff8) == 0) continue;
            fragment |= FragmentBits.Later;
            proto = IpProtocol.Fragment;
            return true;
        }

        return true;
    }

    private static void ExtractNeighbour(ref byte p, int offset, int end, ref FlowKey key)
    {
        key.NdReserved = ReverseEndianness(Load<uint>(ref p, offset + 4));
        offset += 8;
        if (end - offset >= 16)
        {
            key.NdTarget = Load<Ipv6Address>(ref p, offset);
            ExtractNeighbourOptions(ref p, offset + 16, end, ref key);
        }

        MarkUnlessZero(ref key, 5);
        MarkUnlessZero(ref key, 8);
    }

    private static void ExtractNeighbourOptions(ref byte p, int offset, int end, ref FlowKey key)
    {
        const byte sourceLinkAddress = 1, targetLinkAddress = 2;
        while (end - offset >= 8)
        {
            var type = At(ref p, offset);
            var optionSize = At(ref p, offset + 1) * 8;
            if (optionSize == 0 || optionSize > end - offset) return;
            if (optionSize == 8 && (type is sourceLinkAddress or targetLinkAddress))
            {
                ref var address = ref type == sourceLinkAddress ? ref key.ArpSourceHardware : ref key.ArpTargetHardware;
                if (!address.IsZero)
                {
                    // The same option twice: OVS forgets target and addresses, but not which option came first.
                    key.NdTarget = default;
                    key.ArpSourceHardware = default;
                    key.ArpTargetHardware = default;
                    return;
                }

                address = Load<MacAddress>(ref p, offset + 2);
                if (key.NdOptionsType == 0) key.NdOptionsType = type;
            }

            offset += optionSize;
        }
    }
}
