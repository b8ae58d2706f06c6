using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath.Tests;

/// <summary>Well-formed packets of every kind the actions know, and actions for them.</summary>
internal static class RandomPackets
{
    public static PacketModel Packet(Random random)
    {
        var model = new PacketModel
        {
            EthDestination = Bits(random, 48),
            EthSource = Bits(random, 48),
            EthType = Pick<ushort>(random, EtherType.Ipv4, EtherType.Ipv4, EtherType.Ipv6, EtherType.Ipv6, EtherType.Arp, 0x88b5),
            Source = (uint)Bits(random, 32),
            Destination = (uint)Bits(random, 32),
            Tos = (byte)Bits(random, 8),
            Ttl = (byte)Bits(random, 8),
            SourceV6 = Address(random),
            DestinationV6 = Address(random),
            Label = (uint)Bits(random, 20),
            IsLaterFragment = random.Next(8) == 0,
            IpOptions = new byte[4 * random.Next(3)],
            HasHopByHop = random.Next(4) == 0,
            FinalDestination = random.Next(5) == 0 ? Address(random) : null,
            SourcePort = (ushort)Bits(random, 16),
            DestinationPort = (ushort)Bits(random, 16),
            HasZeroChecksum = random.Next(4) == 0,
            IcmpType = (byte)Bits(random, 8),
            IcmpCode = (byte)Bits(random, 8),
            Reserved = (uint)Bits(random, 32),
            Target = Address(random),
            Payload = Bytes(random, random.Next(8, 60)),
            Padding = new byte[random.Next(3) == 0 ? random.Next(7) : 0],
            ArpOperation = (ushort)random.Next(1, 3),
            ArpSenderHardware = Bits(random, 48),
            ArpTargetHardware = Bits(random, 48),
        };
        model.Proto = model.EthType == EtherType.Ipv6
            ? Pick(random, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmpv6, IpProtocol.Icmpv6)
            : Pick(random, IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmp, IpProtocol.Igmp);
        if (model.Proto == IpProtocol.Icmpv6) model.IcmpType = (byte)random.Next(134, 138);
        for (var n = random.Next(3); n > 0; n--) model.NdOptions.Add(((byte)random.Next(1, 4), Bits(random, 48)));
        for (var n = random.Next(4) == 0 ? random.Next(1, 3) : 0; n > 0; n--)
            model.Vlans.Add((Pick(random, EtherType.Vlan, EtherType.ServiceVlan), (ushort)Bits(random, 16)));
        for (var n = random.Next(6) == 0 ? random.Next(1, 3) : 0; n > 0; n--) model.Labels.Add((uint)Bits(random, 32));
        return model;
    }

    /// <summary>A set of <paramref name="group"/>; half of them exact, the others with random mask bits.</summary>
    public static SetAction Set(Random random, SetGroup group)
    {
        var value = default(FlowKey);
        var mask = default(FlowMask);
        random.NextBytes(FlowKey.MatchBytes(ref value));
        if (random.Next(2) == 0) FlowKey.MatchBytes(ref mask.Bits).Fill(0xff);
        else random.NextBytes(FlowKey.MatchBytes(ref mask.Bits));
        value.Sections = FlowSections.All;
        mask.Bits.Sections = FlowSections.All;
        return new SetAction(group, value, mask);
    }

    public static ulong Bits(Random random, int count) => (ulong)random.NextInt64() & (ulong.MaxValue >> (64 - count));

    public static Ipv6Address Address(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    public static T Pick<T>(Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public static byte[] Bytes(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    public static Frame ToFrame(FramePool pool, byte[] bytes, uint inPort = 1)
    {
        Invariant.Check(pool.TryRent(bytes.Length, out var frame), "a test's pool has room");
        bytes.CopyTo(frame!.Bytes);
        frame.Metadata.InPort = inPort;
        return frame;
    }
}
