using System.Buffers.Binary;
using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Nic.Tests;

/// <summary>
/// Microflows of many kinds, each a frame that is sent again and again: IPv4, IPv6 and ARP, with and without tags and labels, well formed
/// and not, from VFs and out of a VXLAN tunnel. The last eight bytes of a frame are its microflow and its own number.
/// </summary>
internal sealed class RandomTraffic
{
    public const int TailSize = 8;

    private const int OuterSize = 50;
    private readonly (OdpPort Port, byte[] Bytes)[] _microflows;

    public RandomTraffic(Random random, int count)
    {
        _microflows = new (OdpPort, byte[])[count];
        for (var i = 0; i < count; i++)
        {
            var inner = Inner(random);
            BinaryPrimitives.WriteInt32BigEndian(inner.AsSpan(inner.Length - TailSize), i);
            _microflows[i] = random.Next(4) == 0 ? (NicRig.Physical, Outer(inner)) : (new OdpPort((uint)random.Next(1, 5)), inner);
        }
    }

    public int Count => _microflows.Length;

    /// <summary>Where the microflow's frames come in.</summary>
    public OdpPort PortOf(int microflow) => _microflows[microflow].Port;

    public Frame Make(FramePool pool, int microflow, int number)
    {
        var bytes = _microflows[microflow].Bytes;
        Assert.True(pool.TryRent(bytes.Length, out var frame));
        bytes.CopyTo(frame.Bytes);
        BinaryPrimitives.WriteInt32BigEndian(frame.Bytes[^4..], number);
        return frame;
    }

    /// <summary>The key that the microflow's frames have in the datapath, behind the tunnel if they came out of one.</summary>
    public FlowKey KeyOf(FramePool pool, int microflow)
    {
        var (port, bytes) = _microflows[microflow];
        var isTunnelled = port == NicRig.Physical;
        var inner = isTunnelled ? bytes.AsSpan(OuterSize) : bytes;
        Assert.True(pool.TryRent(inner.Length, out var frame));
        inner.CopyTo(frame.Bytes);
        frame.Metadata.Reset(isTunnelled ? NicRig.Tunnel.Value : port.Value);
        if (isTunnelled)
        {
            frame.Metadata.Tunnel = NicRig.Outer(reversed: true);
            frame.Metadata.Tunnel.IsPresent = true;
        }

        FlowKey key = default;
        FlowExtractor.Extract(frame, ref key);
        pool.Return(frame);
        return key;
    }

    private static byte[] Inner(Random random)
    {
        var bytes = new byte[96 + TailSize];
        random.NextBytes(bytes);
        new EthernetHeader(Mac(random), Mac(random), EtherType.Ipv4).Emit(bytes);
        var offset = 12;
        for (var tags = random.Next(10) switch { < 6 => 0, < 9 => 1, _ => 2 }; tags > 0; tags--, offset += 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(offset), tags == 2 ? (ushort)0x88a8 : (ushort)0x8100);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(offset + 2), (ushort)(random.Next(2) << 13 | random.Next(1, 4)));
        }

        var kind = random.Next(12);
        var type = kind switch
        {
            < 6 => EtherType.Ipv4,
            < 9 => EtherType.Ipv6,
            9 => EtherType.Arp,
            10 => 0x8847,
            _ => random.Next(0x10000),
        };
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(offset), (ushort)type);
        var network = bytes.AsSpan(offset + 2);
        // One in ten has the right type and bytes that mean nothing.
        if (random.Next(10) == 0) return bytes;
        if (type == EtherType.Ipv4) WriteIpv4(network, random);
        else if (type == EtherType.Ipv6) WriteIpv6(network, random);
        else if (type == EtherType.Arp) WriteArp(network, random);
        return bytes;
    }

    /// <summary>The numbers are few, so that rules made of one frame match others too.</summary>
    private static MacAddress Mac(Random random) => new(0x0200_0000_0000UL | (uint)random.Next(1, 5));

    private static byte Protocol(Random random, byte icmp) => random.Next(8) switch { < 4 => 17, < 6 => 6, 6 => icmp, _ => 132 };

    private static void WriteIpv4(Span<byte> bytes, Random random)
    {
        var packet = bytes[..(bytes.Length - random.Next(3) * TailSize)];
        packet[..20].Clear();
        packet[0] = 0x45;
        packet[1] = (byte)(random.Next(3) << 2);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        if (random.Next(8) == 0) BinaryPrimitives.WriteUInt16BigEndian(packet[6..], (ushort)(random.Next(2) << 13 | random.Next(3)));
        packet[8] = (byte)random.Next(1, 4);
        packet[9] = Protocol(random, 1);
        new Ipv4Address(0x0a00_0000u | (uint)random.Next(4)).Write(packet[12..]);
        new Ipv4Address(0x0a00_0000u | (uint)random.Next(1, 24)).Write(packet[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Compute(packet[..20]));
        WriteTransport(packet[20..], random);
    }

    private static void WriteIpv6(Span<byte> packet, Random random)
    {
        packet[..40].Clear();
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - 40));
        packet[6] = Protocol(random, 58);
        packet[7] = (byte)random.Next(1, 4);
        packet[8] = packet[24] = 0xfd;
        packet[23] = (byte)random.Next(4);
        packet[39] = (byte)random.Next(1, 24);
        WriteTransport(packet[40..], random);
    }

    private static void WriteTransport(Span<byte> segment, Random random)
    {
        // For ICMP this is type and code: of IPv6 neighbour discovery, often.
        BinaryPrimitives.WriteUInt16BigEndian(segment, random.Next(3) == 0 ? (ushort)0x8700 : (ushort)random.Next(1_000, 1_004));
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)random.Next(1, 6));
        segment[12] = 0x50;
        segment[13] = (byte)(1 << random.Next(6));
    }

    private static void WriteArp(Span<byte> packet, Random random)
    {
        byte[] head = [0, 1, 8, 0, 6, 4, 0, (byte)random.Next(1, 3)];
        head.CopyTo(packet);
        Mac(random).Write(packet[8..]);
        new Ipv4Address(0x0a00_0000u | (uint)random.Next(4)).Write(packet[14..]);
        Mac(random).Write(packet[18..]);
        new Ipv4Address(0x0a00_0000u | (uint)random.Next(1, 24)).Write(packet[24..]);
    }

    /// <summary>What the peer puts around a frame: VXLAN, VNI 5000.</summary>
    private static byte[] Outer(byte[] inner)
    {
        var bytes = new byte[OuterSize + inner.Length];
        new EthernetHeader(NicRig.PhysicalMac, new MacAddress(0x0200_0000_0b0bUL), EtherType.Ipv4).Emit(bytes);
        var packet = bytes.AsSpan(14);
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[6] = 0x40;
        packet[8] = 64;
        packet[9] = 17;
        NicRig.Outer().Destination.Write(packet[12..]);
        NicRig.Outer().Source.Write(packet[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], InternetChecksum.Compute(packet[..20]));
        BinaryPrimitives.WriteUInt16BigEndian(packet[20..], 50_000);
        BinaryPrimitives.WriteUInt16BigEndian(packet[22..], 4_789);
        BinaryPrimitives.WriteUInt16BigEndian(packet[24..], (ushort)(packet.Length - 20));
        packet[28] = 8;
        BinaryPrimitives.WriteUInt32BigEndian(packet[32..], 5_000 << 8);
        inner.CopyTo(packet[36..]);
        return bytes;
    }
}
