using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Conversations;

/// <summary>One packet of a conversation, in words; <see cref="Build"/> makes the frame, checksums included.</summary>
internal sealed record TestPacket
{
    public ulong EthDestination { get; init; } = 0x0200_0000_0002;

    public ulong EthSource { get; init; } = 0x0200_0000_0001;

    /// <summary>A tag with this TCI, or none.</summary>
    public ushort? Vlan { get; init; }

    public IpAddress Source { get; init; } = IpAddress.Parse("10.0.0.1");

    public IpAddress Destination { get; init; } = IpAddress.Parse("10.0.0.2");

    public byte Proto { get; init; } = IpProtocol.Tcp;

    public byte Ttl { get; init; } = 64;

    public ushort Id { get; init; } = 1;

    public ushort SourcePort { get; init; } = 40_000;

    public ushort DestinationPort { get; init; } = 80;

    public TcpFlags Flags { get; init; } = TcpFlags.Ack;

    public uint Sequence { get; init; } = 1000;

    public uint Ack { get; init; }

    public ushort Window { get; init; } = 8192;

    /// <summary>A whole number of words.</summary>
    public byte[] Options { get; init; } = [];

    public byte IcmpType { get; init; } = 8;

    public byte IcmpCode { get; init; }

    /// <summary>Bytes 4 to 7 of an ICMP header: identifier and sequence number, or what an error puts there.</summary>
    public uint IcmpRest { get; init; } = 0x1234_0001;

    public byte[] Payload { get; init; } = [];

    /// <summary>Bytes behind the packet.</summary>
    public int Padding { get; init; }

    /// <summary>Added to the layer-4 checksum, to make it wrong.</summary>
    public ushort Damage { get; init; }

    public bool WithoutUdpChecksum { get; init; }

    /// <summary>The same conversation's other direction.</summary>
    public TestPacket Answer() => this with
    {
        EthDestination = EthSource, EthSource = EthDestination, Source = Destination, Destination = Source,
        SourcePort = DestinationPort, DestinationPort = SourcePort,
    };

    public byte[] Build() => [.. Ethernet(), .. Ip(Layer4()), .. new byte[Padding]];

    /// <summary>IP header and what follows, as an ICMP error carries it.</summary>
    public byte[] BuildIp() => Ip(Layer4());

    /// <summary>
    /// An ICMP error about this packet, sent back to where it came from by <paramref name="router"/> (by the destination itself if null).
    /// </summary>
    public TestPacket Error(byte type, byte code, int quotedSize = int.MaxValue, IpAddress? router = null)
    {
        var quoted = BuildIp();
        return new TestPacket
        {
            EthDestination = EthSource, EthSource = EthDestination, Source = router ?? Destination, Destination = Source,
            Proto = Source.IsIpv4 ? IpProtocol.Icmp : IpProtocol.Icmpv6, IcmpType = type, IcmpCode = code, IcmpRest = 0,
            Payload = quoted[..Math.Min(quoted.Length, quotedSize)],
        };
    }

    /// <summary>The same packet in pieces whose payloads have these sizes (multiples of 8) and a last one with the rest.</summary>
    public byte[][] Fragments(params int[] sizes)
    {
        var payload = Layer4();
        var pieces = new List<byte[]>();
        for (int i = 0, at = 0; at < payload.Length; i++)
        {
            var size = i < sizes.Length ? sizes[i] : payload.Length - at;
            var isLast = at + size >= payload.Length;
            pieces.Add([.. Ethernet(), .. Ip(payload[at..Math.Min(at + size, payload.Length)], at, !isLast)]);
            at += size;
        }

        return [.. pieces];
    }

    private byte[] Ethernet()
    {
        var type = Source.IsIpv4 ? EtherType.Ipv4 : EtherType.Ipv6;
        var header = new byte[Vlan is null ? 14 : 18];
        new MacAddress(EthDestination).Write(header);
        new MacAddress(EthSource).Write(header.AsSpan(6));
        if (Vlan is { } tci)
        {
            WriteUInt16BigEndian(header.AsSpan(12), EtherType.Vlan);
            WriteUInt16BigEndian(header.AsSpan(14), tci);
        }

        WriteUInt16BigEndian(header.AsSpan(header.Length - 2), type);
        return header;
    }

    private byte[] Ip(byte[] payload, int offset = -1, bool hasMore = false)
    {
        if (!Source.IsIpv4) return Ipv6(payload, offset, hasMore);
        var header = new byte[20];
        header[0] = 0x45;
        WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + payload.Length));
        WriteUInt16BigEndian(header.AsSpan(4), Id);
        if (offset >= 0) WriteUInt16BigEndian(header.AsSpan(6), (ushort)((offset / 8) | (hasMore ? 0x2000 : 0)));
        header[8] = Ttl;
        header[9] = Proto;
        Source.V4.Write(header.AsSpan(12));
        Destination.V4.Write(header.AsSpan(16));
        WriteUInt16BigEndian(header.AsSpan(10), InternetChecksum.Compute(header));
        return [.. header, .. payload];
    }

    private byte[] Ipv6(byte[] payload, int offset, bool hasMore)
    {
        byte[] fragment = [];
        if (offset >= 0)
        {
            fragment = new byte[8];
            fragment[0] = Proto;
            WriteUInt16BigEndian(fragment.AsSpan(2), (ushort)(offset | (hasMore ? 1 : 0)));
            WriteUInt32BigEndian(fragment.AsSpan(4), Id);
        }

        var header = new byte[40];
        header[0] = 0x60;
        WriteUInt16BigEndian(header.AsSpan(4), (ushort)(fragment.Length + payload.Length));
        header[6] = fragment.Length > 0 ? IpProtocol.Fragment : Proto;
        header[7] = Ttl;
        Source.V6.Write(header.AsSpan(8));
        Destination.V6.Write(header.AsSpan(24));
        return [.. header, .. fragment, .. payload];
    }

    private byte[] Layer4()
    {
        var (header, sumAt) = Proto switch
        {
            IpProtocol.Tcp => (Tcp(), 16),
            IpProtocol.Udp => (Udp(), 6),
            IpProtocol.Icmp or IpProtocol.Icmpv6 => (Icmp(), 2),
            _ => (Array.Empty<byte>(), -1),
        };
        byte[] whole = [.. header, .. Payload];
        if (sumAt < 0 || (Proto == IpProtocol.Udp && WithoutUdpChecksum)) return whole;
        var sum = InternetChecksum.Sum(whole);
        if (Proto != IpProtocol.Icmp)
        {
            sum = InternetChecksum.Add(sum, Source.IsIpv4
                ? InternetChecksum.PseudoHeader(Source.V4, Destination.V4, Proto, whole.Length)
                : InternetChecksum.PseudoHeader(Source.V6, Destination.V6, Proto, whole.Length));
        }

        var value = InternetChecksum.Finish(sum);
        if (value == 0 && Proto == IpProtocol.Udp) value = 0xffff;
        WriteUInt16BigEndian(whole.AsSpan(sumAt), (ushort)(value + Damage));
        return whole;
    }

    private byte[] Tcp()
    {
        var header = new byte[20 + Options.Length];
        WriteUInt16BigEndian(header, SourcePort);
        WriteUInt16BigEndian(header.AsSpan(2), DestinationPort);
        WriteUInt32BigEndian(header.AsSpan(4), Sequence);
        WriteUInt32BigEndian(header.AsSpan(8), Ack);
        WriteUInt16BigEndian(header.AsSpan(12), (ushort)((header.Length / 4 << 12) | (int)Flags));
        WriteUInt16BigEndian(header.AsSpan(14), Window);
        Options.CopyTo(header, 20);
        return header;
    }

    private byte[] Udp()
    {
        var header = new byte[8];
        WriteUInt16BigEndian(header, SourcePort);
        WriteUInt16BigEndian(header.AsSpan(2), DestinationPort);
        WriteUInt16BigEndian(header.AsSpan(4), (ushort)(8 + Payload.Length));
        return header;
    }

    private byte[] Icmp()
    {
        var header = new byte[8];
        header[0] = IcmpType;
        header[1] = IcmpCode;
        WriteUInt32BigEndian(header.AsSpan(4), IcmpRest);
        return header;
    }
}
