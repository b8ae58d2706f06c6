using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Flow;

/// <summary>
/// Turns a frame and its metadata into a <see cref="FlowKey"/> (OVS: <c>miniflow_extract</c> in <c>lib/flow.c</c>).
/// <para>The two base sections are composed in registers and stored whole, because the lookup that follows loads them whole: narrow stores
/// under a wide load stall the store buffer longer than all of the parsing takes. Rare parts (tunnel, tags, MPLS, ARP, IPv6, ND) write
/// their own sections and are kept out of line, so that IPv4 stays one straight run of loads.</para>
/// <list type="number">
/// <item>E1: total. Any bytes give a key; nothing throws or allocates, nothing outside the frame is read.</item>
/// <item>E2: a header that is cut short, or whose own length is impossible, leaves its fields empty; what was parsed before stays.</item>
/// <item>E3: bytes behind the length that the IP header announces are padding and never parsed.</item>
/// <item>E4: <see cref="FlowKey.Sections"/> is exact, as <see cref="FlowKey.Normalize"/> would compute it.</item>
/// </list>
/// <para>Not modelled: NSH and packets without Ethernet header.</para>
/// </summary>
public static partial class FlowExtractor
{
    private const int EthernetSize = 14;
    private const int Ipv4Size = 20;

    /// <summary>Overwrites <paramref name="key"/>, which may be a reused one (K4), with the key of <paramref name="frame"/>.</summary>
    [SkipLocalsInit]
    public static void Extract(Frame frame, ref FlowKey key)
    {
        if ((key.Sections & ~FlowSections.Base) != 0) key.Clear();
        key.Sections = FlowSections.Base;
        ref var metadata = ref frame.Metadata;
        if (metadata.Tunnel.IsPresent) ExtractTunnel(ref metadata.Tunnel, ref key);

        ReadOnlySpan<byte> bytes = frame.Bytes;
        ref var p = ref MemoryMarshal.GetReference(bytes);
        var size = bytes.Length;
        var head = new Headers();
        ulong ethHigh = 0, ethLow = 0;
        if (size >= EthernetSize)
        {
            ethHigh = Load<ulong>(ref p, 0);
            var type = ReverseEndianness(Load<ushort>(ref p, 12));
            var offset = EthernetSize;
            if (type != EtherType.Ipv4) type = ExtractTags(ref p, size, type, ref offset, ref head, ref key);
            ethLow = Load<uint>(ref p, 8) | (ulong)ReverseEndianness(type) << 32 | (ulong)head.VlanTci << 48;
            if (type == EtherType.Ipv4) ExtractIpv4(ref p, offset, size, ref head, ref key);
            else if (type == EtherType.Ipv6) ExtractIpv6(ref p, offset, size, ref head, ref key);
            else if (EtherType.IsArp(type)) ExtractArp(ref p, offset, size, ref head, ref key);
            else if (EtherType.IsMpls(type)) ExtractMpls(ref p, offset, size, ref key);
        }

        FlowKey.Section(ref key, 0) = Vector256.Create(
            Pair(ReverseEndianness(metadata.InPort), ReverseEndianness(metadata.RecircId)),
            ethHigh,
            ethLow,
            head.VlanTpid | (ulong)head.Network << 16 | (ulong)head.TcpFlags << 48).AsByte();
        FlowKey.Section(ref key, 1) = Vector256.Create(
            head.Addresses,
            Pair(head.Ports, head.Ipv6Label),
            Pair(ReverseEndianness(metadata.SkbPriority), ReverseEndianness(metadata.SkbMark)),
            ReverseEndianness(metadata.DpHash)).AsByte();
        if (metadata.Conntrack.State != 0) ExtractConntrack(ref metadata.Conntrack, ref key);
    }

    /// <summary>Fields of the base sections that the headers fill, in wire order as they will lie in the key.</summary>
    private struct Headers
    {
        public ushort VlanTci;
        public ushort VlanTpid;

        /// <summary>Protocol, fragment bits, TOS and TTL, first byte lowest.</summary>
        public uint Network;
        public ushort TcpFlags;

        /// <summary>Source and destination port, or ICMP type and code.</summary>
        public uint Ports;
        public uint Ipv6Label;

        /// <summary>IPv4 source and destination, of IP or of ARP.</summary>
        public ulong Addresses;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pair(uint first, uint second) => first | (ulong)second << 32;

    /// <summary>An unaligned load; every caller has checked that it lies within the frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Load<T>(ref byte p, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.AddByteOffset(ref p, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte At(ref byte p, int offset) => Unsafe.AddByteOffset(ref p, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Number16(ref byte p, int offset) => ReverseEndianness(Load<ushort>(ref p, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NetworkFields(byte proto, FragmentBits fragment, byte tos, byte ttl) =>
        proto | (uint)fragment << 8 | (uint)tos << 16 | (uint)ttl << 24;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExtractIpv4(ref byte p, int offset, int size, ref Headers head, ref FlowKey key)
    {
        var room = size - offset;
        if (room < Ipv4Size) return;
        // The version nibble is not looked at, as in OVS: the Ethernet type has decided.
        var headerSize = (At(ref p, offset) & 0xf) * 4;
        int totalSize = Number16(ref p, offset + 2);
        if (headerSize < Ipv4Size || headerSize > totalSize || totalSize > room) return;

        head.Addresses = Load<ulong>(ref p, offset + 12);
        var proto = At(ref p, offset + 9);
        var fragment = FragmentBits.None;
        var fragmentField = Number16(ref p, offset + 6) & 0x3fff;
        if (fragmentField != 0) fragment = (fragmentField & 0x1fff) != 0 ? FragmentBits.Any | FragmentBits.Later : FragmentBits.Any;
        head.Network = NetworkFields(proto, fragment, At(ref p, offset + 1), At(ref p, offset + 8));
        if ((fragment & FragmentBits.Later) == 0)
            ExtractTransport(ref p, offset + headerSize, offset + totalSize, proto, ref head, ref key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ExtractTransport(ref byte p, int offset, int end, byte proto, ref Headers head, ref FlowKey key)
    {
        var room = end - offset;
        if (proto == IpProtocol.Tcp)
        {
            if (room < 20) return;
            var headerSize = At(ref p, offset + 12) >> 4 << 2;
            if (headerSize < 20 || headerSize > room) return;
            head.TcpFlags = (ushort)(Load<ushort>(ref p, offset + 12) & 0xff0f);
            head.Ports = Load<uint>(ref p, offset);
        }
        else if (proto == IpProtocol.Udp)
        {
            if (room >= 8) head.Ports = Load<uint>(ref p, offset);
        }
        else
        {
            ExtractRareTransport(ref p, offset, end, proto, ref head, ref key);
        }
    }
}
