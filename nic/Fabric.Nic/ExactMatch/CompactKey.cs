using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Nic;

/// <summary>
/// The base sections of an everyday key in half their room. Of an untagged, unfragmented IPv4 packet with TCP, UDP or ICMP and no marks,
/// 32 of the 64 bytes say everything: they fit the cache line that the entry's counters lie in, one compare decides, and they can be read
/// from the frame without making the key.
/// <code>
///  0  ingress port, network order      16  TTL    17  TOS    18  TCP flags with a mark for the protocol in their free bits
///  4  Ethernet destination, source     20  IPv4 source, destination    28  L4 source, destination
/// </code>
/// <list type="number">
/// <item>CB1: two keys that can be compacted are equal in their base sections exactly if their compact forms are equal.</item>
/// <item>CB2: what is read from a frame is what would be made of its key; where the frame is not read, the key decides.</item>
/// </list>
/// </summary>
internal static class CompactKey
{
    /// <summary>Protocol marks in the first byte of the TCP flags field, whose upper four bits are a size and never a flag.</summary>
    private const ushort TcpMark = 0x80;
    private const ushort IcmpMark = 0x40;
    private const ushort FlagBits = 0xff0f;

    private const int EthernetSize = 14;

    /// <summary>Ethernet, IPv4 without options, UDP; and what is read in one piece lies within it.</summary>
    private const int MinFrameSize = 42;

    /// <summary>Bytes of the second half that a 16-byte load at the TTL brings: TTL, addresses, ports.</summary>
    private static readonly Vector128<byte> SecondHalf =
        Vector128.Create(0xffffffff000000ffUL, 0xffffffffffffffffUL).AsByte();

    /// <summary>
    /// Reads the compact form from a frame that came in by <paramref name="inPort"/> with empty metadata. False for all but plain TCP and
    /// UDP: those need the whole extraction.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(Frame frame, uint inPort, out Vector256<byte> compact)
    {
        Unsafe.SkipInit(out compact);
        var size = frame.Length;
        if (size < MinFrameSize) return false;
        // A frame lies within its buffer, which need not be asked for every one of some 50 million a second.
        ref var p = ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(frame.Buffer), frame.Offset);
        // Type, version and header size in one number: 0x0800 and 0x45 in memory order.
        if ((Load<uint>(ref p, 12) & 0xff_ffff) != 0x45_0008 || (Load<ushort>(ref p, 20) & 0xff3f) != 0) return false;
        int totalSize = ReverseEndianness(Load<ushort>(ref p, 16));
        if (totalSize > size - EthernetSize) return false;
        uint flags = 0;
        switch (Load<byte>(ref p, 23))
        {
            case IpProtocol.Udp when totalSize >= 28:
                break;
            case IpProtocol.Tcp when totalSize >= 40:
                var headerSize = Load<byte>(ref p, 46) >> 4 << 2;
                if (headerSize < 20 || headerSize > totalSize - 20) return false;
                flags = (Load<ushort>(ref p, 46) & (uint)FlagBits) | TcpMark;
                break;
            default:
                return false;
        }

        var ethernet = Vector128.Shuffle(
            Load<Vector128<byte>>(ref p, 0), Vector128.Create((byte)255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        compact = Vector256.Create(
            ethernet | Vector128.CreateScalar(ReverseEndianness(inPort)).AsByte(),
            (Load<Vector128<byte>>(ref p, 22) & SecondHalf)
                | Vector128.CreateScalar((uint)Load<byte>(ref p, 15) << 8 | flags << 16).AsByte());
        return true;
    }

    /// <summary>False when the base sections hold something that the compact form has no place for.</summary>
    public static bool TryMake(ref FlowKey key, out Vector256<byte> compact)
    {
        compact = default;
        var (first, second) = (FlowKey.Section(ref key, 0).AsUInt64(), FlowKey.Section(ref key, 1).AsUInt64());
        // In memory order: port, recirculation | destination, source | source, type, tag | tag's type, protocol, fragment, TOS, TTL, flags.
        var (ports, addresses) = (first.GetElement(0), first.GetElement(1));
        var (type, network) = (first.GetElement(2), first.GetElement(3));
        var isPlain = ports >> 32 == 0 && type >> 32 == 0x0008 && (network & 0xff00_ffff) == 0
            && second.GetElement(1) >> 32 == 0 && second.GetElement(2) == 0 && second.GetElement(3) == 0;
        if (!isPlain) return false;
        var flags = (uint)(network >> 48);
        switch ((byte)(network >> 16))
        {
            case IpProtocol.Udp when flags == 0:
                break;
            case IpProtocol.Icmp when flags == 0:
                flags = IcmpMark;
                break;
            case IpProtocol.Tcp when (flags & ~(uint)FlagBits) == 0:
                flags |= TcpMark;
                break;
            default:
                return false;
        }

        var (ttl, tos) = ((uint)(network >> 40) & 0xff, (uint)(network >> 32) & 0xff);
        var (nw, tp) = (second.GetElement(0), second.GetElement(1));
        compact = Vector256.Create(
            ports | addresses << 32, addresses >> 32 | type << 32, ttl | tos << 8 | flags << 16 | nw << 32, nw >> 32 | tp << 32).AsByte();
        return true;
    }

    /// <summary>Writes the base sections that a compact form stands for.</summary>
    public static void Expand(Vector256<byte> compact, ref FlowKey key)
    {
        ref var form = ref Unsafe.As<Vector256<byte>, Form>(ref compact);
        FlowKey.Section(ref key, 0) = default;
        FlowKey.Section(ref key, 1) = default;
        key.InPort = new OdpPort(ReverseEndianness(form.InPort));
        key.EthDestination = form.Destination;
        key.EthSource = form.Source;
        key.EthType = EtherType.Ipv4;
        key.NwProto = (form.Flags & TcpMark) != 0 ? IpProtocol.Tcp : (form.Flags & IcmpMark) != 0 ? IpProtocol.Icmp : IpProtocol.Udp;
        key.NwTtl = form.Ttl;
        key.NwTos = form.Tos;
        key.TcpFlags = TcpFlags(compact);
        key.NwSource = form.NwSource;
        key.NwDestination = form.NwDestination;
        key.TpSource = ReverseEndianness(form.TpSource);
        key.TpDestination = ReverseEndianness(form.TpDestination);
    }

    public static ushort TcpFlags(Vector256<byte> compact) => TcpFlags(RawFlags(compact));

    /// <summary>The flags in what <see cref="RawFlags"/> gave, of one form or of several united.</summary>
    public static ushort TcpFlags(ushort rawFlags) => ReverseEndianness((ushort)(rawFlags & FlagBits));

    /// <summary>The form of a TCP key with other flags.</summary>
    public static Vector256<byte> WithTcpFlags(Vector256<byte> compact, ushort flags) =>
        compact.AsUInt16().WithElement(9, (ushort)(ReverseEndianness(flags) | TcpMark)).AsByte();

    /// <summary>The flags and the protocol's mark as they lie in the form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort RawFlags(Vector256<byte> compact) => compact.AsUInt16().GetElement(9);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Load<T>(ref byte p, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.AddByteOffset(ref p, offset));

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Form
    {
        public uint InPort;
        public MacAddress Destination;
        public MacAddress Source;
        public byte Ttl;
        public byte Tos;
        public ushort Flags;
        public Ipv4Address NwSource;
        public Ipv4Address NwDestination;
        public ushort TpSource;
        public ushort TpDestination;
    }
}
