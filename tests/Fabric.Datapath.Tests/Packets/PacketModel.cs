using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath.Tests;

/// <summary>
/// A packet as fields. <see cref="Build"/> serialises it from scratch with full checksums by the plainest code there is: the naive twin of
/// what <see cref="ActionExecutor"/> does in place.
/// </summary>
internal sealed class PacketModel
{
    public ulong EthDestination, EthSource;
    public List<(ushort Tpid, ushort Tci)> Vlans = [];
    public List<uint> Labels = [];
    public ushort EthType;

    public uint Source, Destination;
    public byte Tos, Ttl;
    public byte[] IpOptions = [];
    public bool IsLaterFragment;
    public Ipv6Address SourceV6, DestinationV6;
    public uint Label;

    /// <summary>Not null: a routing header with one segment left, whose last destination the checksum covers.</summary>
    public Ipv6Address? FinalDestination;
    public bool HasHopByHop;
    public byte Proto;

    public ushort SourcePort, DestinationPort;
    public byte TcpFlags = 0x18;
    public bool HasZeroChecksum;
    public byte IcmpType, IcmpCode;
    public uint Reserved;
    public Ipv6Address Target;
    public List<(byte Type, ulong Address)> NdOptions = [];
    public byte[] Payload = [];
    public byte[] Padding = [];

    public ushort ArpOperation;
    public ulong ArpSenderHardware, ArpTargetHardware;

    public PacketModel Clone()
    {
        var clone = (PacketModel)MemberwiseClone();
        clone.Vlans = [.. Vlans];
        clone.Labels = [.. Labels];
        clone.NdOptions = [.. NdOptions];
        return clone;
    }

    public byte[] Build()
    {
        var bytes = new List<byte>();
        bytes.AddRange(Number(EthDestination, 6));
        bytes.AddRange(Number(EthSource, 6));
        foreach (var (tpid, tci) in Vlans) bytes.AddRange([.. Number(tpid, 2), .. Number(tci, 2)]);
        bytes.AddRange(Number(Labels.Count > 0 ? EtherType.Mpls : EthType, 2));
        foreach (var label in Labels) bytes.AddRange(Number(label, 4));
        bytes.AddRange(EthType switch
        {
            EtherType.Ipv4 => BuildIpv4(),
            EtherType.Ipv6 => BuildIpv6(),
            EtherType.Arp => BuildArp(),
            _ => Payload,
        });
        bytes.AddRange(Padding);
        return [.. bytes];
    }

    private byte[] BuildArp() =>
    [
        0, 1, 8, 0, 6, 4, .. Number(ArpOperation, 2), .. Number(ArpSenderHardware, 6), .. Number(Source, 4),
        .. Number(ArpTargetHardware, 6), .. Number(Destination, 4), .. Payload,
    ];

    private byte[] BuildIpv4()
    {
        byte[] pseudo = [.. Number(Source, 4), .. Number(Destination, 4)];
        var segment = BuildSegment(pseudo);
        var header = new byte[20 + IpOptions.Length];
        header[0] = (byte)(0x40 | (header.Length / 4));
        header[1] = Tos;
        WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + segment.Length));
        WriteUInt16BigEndian(header.AsSpan(6), (ushort)(IsLaterFragment ? 0x0005 : 0x4000));
        header[8] = Ttl;
        header[9] = Proto;
        pseudo.CopyTo(header, 12);
        IpOptions.CopyTo(header, 20);
        WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        return [.. header, .. segment];
    }

    private byte[] BuildIpv6()
    {
        var extensions = new List<byte>();
        var next = Proto;
        if (IsLaterFragment)
        {
            extensions.InsertRange(0, [next, 0, 0, 0x28, 1, 2, 3, 4]);
            next = IpProtocol.Fragment;
        }

        if (FinalDestination is { } final)
        {
            extensions.InsertRange(0, [next, 2, 0, 1, 0, 0, 0, 0, .. Address(final)]);
            next = IpProtocol.Routing;
        }

        if (HasHopByHop)
        {
            extensions.InsertRange(0, [next, 0, 1, 4, 0, 0, 0, 0]);
            next = IpProtocol.HopByHop;
        }

        var segment = BuildSegment([.. Address(SourceV6), .. Address(FinalDestination ?? DestinationV6)]);
        var header = new byte[8];
        WriteUInt32BigEndian(header, (6u << 28) | ((uint)Tos << 20) | Label);
        WriteUInt16BigEndian(header.AsSpan(4), (ushort)(extensions.Count + segment.Length));
        header[6] = next;
        header[7] = Ttl;
        return [.. header, .. Address(SourceV6), .. Address(DestinationV6), .. extensions, .. segment];
    }

    private byte[] BuildSegment(byte[] addresses)
    {
        if (IsLaterFragment) return Payload;
        byte[] ports = [.. Number(SourcePort, 2), .. Number(DestinationPort, 2)];
        switch (Proto)
        {
            case IpProtocol.Tcp:
                byte[] tcp = [.. ports, 1, 2, 3, 4, 5, 6, 7, 8, 0x50, TcpFlags, 9, 9, 0, 0, 0, 0, .. Payload];
                return WithChecksum(tcp, 16, addresses);
            case IpProtocol.Udp:
                byte[] udp = [.. ports, .. Number((ulong)Payload.Length + 8, 2), 0, 0, .. Payload];
                if (HasZeroChecksum) return udp;
                WithChecksum(udp, 6, addresses);
                if (ReadUInt16BigEndian(udp.AsSpan(6)) == 0) WriteUInt16BigEndian(udp.AsSpan(6), 0xffff);
                return udp;
            case IpProtocol.Sctp:
                byte[] sctp = [.. ports, 1, 2, 3, 4, 0, 0, 0, 0, .. Payload];
                WriteUInt32LittleEndian(sctp.AsSpan(8), Crc32C(sctp));
                return sctp;
            case IpProtocol.Icmp:
                return WithChecksum([IcmpType, IcmpCode, 0, 0, 1, 2, 3, 4, .. Payload], 2, null);
            case IpProtocol.Icmpv6:
                byte[] icmp = [IcmpType, IcmpCode, 0, 0, .. Number(Reserved, 4), .. Address(Target)];
                foreach (var (type, address) in NdOptions) icmp = [.. icmp, type, 1, .. Number(address, 6)];
                return WithChecksum(icmp, 2, addresses);
            default:
                return Payload;
        }
    }

    private byte[] WithChecksum(byte[] segment, int offset, byte[]? addresses)
    {
        byte[] covered = addresses is null ? segment : [.. addresses, .. Number((ulong)segment.Length, 4), 0, 0, 0, Proto, .. segment];
        WriteUInt16BigEndian(segment.AsSpan(offset), Checksum(covered));
        return segment;
    }

    private static ushort Checksum(byte[] bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
            if (sum > 0xffff) sum -= 0xffff;
        }

        return (ushort)~sum;
    }

    private static uint Crc32C(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1;
        }

        return ~crc;
    }

    private static byte[] Number(ulong value, int size)
    {
        var bytes = new byte[size];
        for (var i = 0; i < size; i++) bytes[i] = (byte)(value >> (8 * (size - 1 - i)));
        return bytes;
    }

    private static byte[] Address(Ipv6Address address) => [.. Number(address.High, 8), .. Number(address.Low, 8)];
}
