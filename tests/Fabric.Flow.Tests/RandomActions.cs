using Fabric.Wire;

namespace Fabric.Flow.Tests;

/// <summary>Random lists of every kind of action.</summary>
internal sealed class RandomActions(Random random)
{
    private static readonly SetGroup[] PlainGroups =
    [
        SetGroup.Ethernet, SetGroup.Ipv4, SetGroup.Ipv6, SetGroup.Tcp, SetGroup.Udp, SetGroup.Sctp, SetGroup.Icmp, SetGroup.Icmpv6,
        SetGroup.Arp, SetGroup.NeighbourDiscovery, SetGroup.NeighbourExtensions, SetGroup.Priority, SetGroup.SkbMark, SetGroup.Mpls,
    ];

    public DatapathActions Next(int depth = 0)
    {
        var list = new List<DatapathAction>();
        for (var count = random.Next(5); count > 0; count--) list.Add(One(depth));
        return new DatapathActions([.. list]);
    }

    private uint Number() => (uint)random.NextInt64(1L << 32);

    private ushort Short() => (ushort)random.Next(65536);

    private bool Coin() => random.Next(2) == 0;

    private MacAddress Mac() => new((ulong)random.NextInt64());

    private DatapathAction One(int depth) => random.Next(depth < 3 ? 20 : 16) switch
    {
        0 or 1 => new OutputAction(new OdpPort(Number())),
        2 => Userspace(),
        3 => Set(),
        4 => SetTunnel(),
        5 => new PushVlanAction(Coin() ? (ushort)0x8100 : (ushort)0x88a8, Short()),
        6 => new PopVlanAction(),
        7 => new PushMplsAction(Number(), Coin() ? (ushort)0x8847 : (ushort)0x8848),
        8 => new PopMplsAction(Short()),
        9 => new RecircAction(Number()),
        10 => new HashAction((uint)random.Next(2), Number()),
        11 => new TruncAction(Number()),
        12 => new MeterAction(Number()),
        13 => new CtAction(Ct()),
        14 => Coin() ? new CtClearAction() : new PopEthAction(),
        15 => new PushEthAction(Mac(), Mac()),
        16 => new SampleAction((uint)Math.Floor(uint.MaxValue * (random.Next(1001) / 10.0 / 100) + 0.5), Next(depth + 1)),
        17 => new CloneAction(Next(depth + 1)),
        _ => new CheckPacketLengthAction(Short(), Next(depth + 1), Next(depth + 1)),
    };

    private UserspaceAction Userspace()
    {
        var action = random.Next(7) switch
        {
            0 => new UserspaceAction(Number(), UserspaceReason.Miss),
            1 => new UserspaceAction(Number(), UserspaceReason.Action, (ulong)random.NextInt64()),
            2 => new UserspaceAction(Number(), UserspaceReason.SFlow, (ulong)(Short() | 0x1000) << 32 | Number()),
            3 => new UserspaceAction(Number(), UserspaceReason.SlowPath, (ulong)random.Next(128)),
            4 => new UserspaceAction(Number(), UserspaceReason.Ipfix, Number()),
            5 => new UserspaceAction(Number(), UserspaceReason.FlowSample)
            {
                Sample = new FlowSampleCookie(Short(), Number(), Number(), Number(), new OdpPort(Number()),
                    (SampleDirection)random.Next(3)),
            },
            _ => new UserspaceAction(Number(), UserspaceReason.Controller, (ulong)random.NextInt64())
            {
                Controller = Coin() ? null : new ControllerCookie(Short(), Coin(), Coin(), Number(), Short(), Short()),
            },
        };
        return action with { WithActions = Coin(), TunnelOutPort = Coin() ? null : new OdpPort(Number()) };
    }

    private SetAction Set()
    {
        var group = PlainGroups[random.Next(PlainGroups.Length)];
        FlowField[] fields = group switch
        {
            SetGroup.Ethernet => [FlowFields.EthSource, FlowFields.EthDestination],
            SetGroup.Ipv4 => [FlowFields.NwSource, FlowFields.NwDestination, FlowFields.NwTos, FlowFields.NwTtl],
            SetGroup.Ipv6 => [FlowFields.Ipv6Source, FlowFields.Ipv6Destination, FlowFields.Ipv6Label, FlowFields.NwTos, FlowFields.NwTtl],
            SetGroup.Icmp or SetGroup.Icmpv6 => [FlowFields.IcmpType, FlowFields.IcmpCode],
            SetGroup.Arp => [FlowFields.ArpSource, FlowFields.ArpTarget, FlowFields.ArpOperation, FlowFields.ArpSourceHardware],
            SetGroup.NeighbourDiscovery => [FlowFields.NdTarget, FlowFields.NdSourceLink, FlowFields.NdTargetLink],
            SetGroup.NeighbourExtensions => [FlowFields.NdReserved, FlowFields.NdOptionsType],
            SetGroup.Priority => [FlowFields.SkbPriority],
            SetGroup.SkbMark => [FlowFields.SkbMark],
            SetGroup.Mpls => [FlowFields.Mpls0],
            _ => [FlowFields.TcpSource, FlowFields.TcpDestination],
        };
        var value = default(FlowKey);
        var mask = default(FlowMask);
        foreach (var field in fields)
        {
            var bits = random.Next(4) switch { 0 => UInt128.Zero, 1 => Wide() & field.MaxValue, _ => field.MaxValue };
            // Its text has no masks, and always the reserved field.
            if (group == SetGroup.NeighbourExtensions && (bits != 0 || field == FlowFields.NdReserved)) bits = field.MaxValue;
            field.Write(ref mask, bits);
            field.Write(ref value, Wide() & bits);
        }

        value.Normalize();
        mask.Bits.Normalize();
        return new SetAction(group, value, mask);
    }

    private UInt128 Wide() => new((ulong)random.NextInt64(), (ulong)random.NextInt64());

    private SetTunnelAction SetTunnel()
    {
        var tunnel = new TunnelMetadata
        {
            IsPresent = true,
            IsIpv6 = Coin(),
            Flags = (TunnelFlags)random.Next(16),
            Tos = (byte)random.Next(256),
            Ttl = (byte)random.Next(256),
            SourcePort = Coin() ? (ushort)0 : Short(),
            DestinationPort = Short(),
            GbpId = Coin() ? (ushort)0 : Short(),
        };
        if ((tunnel.Flags & TunnelFlags.Key) != 0) tunnel.Id = (ulong)random.NextInt64();
        if (tunnel.IsIpv6) tunnel.DestinationV6 = new Ipv6Address((ulong)random.NextInt64(), Number());
        else (tunnel.Source, tunnel.Destination) = (new Ipv4Address(Number()), new Ipv4Address(Number()));
        if (Coin()) return new SetTunnelAction(tunnel);
        var words = random.Next(4);
        random.NextBytes(tunnel.Options);
        tunnel.Options[3] = (byte)words;
        tunnel.OptionsSize = (byte)(4 + words * 4);
        return new SetTunnelAction(tunnel);
    }

    private CtParameters Ct()
    {
        var ct = new CtParameters(Coin(), Coin(), Coin() ? null : (ushort)random.Next(1, 65536));
        if (Coin()) ct = ct with { Mark = Number(), MarkMask = Number() };
        if (Coin()) ct = ct with { Label = Wide(), LabelMask = Coin() ? UInt128.MaxValue : Wide() };
        if (Coin()) ct = ct with { Helper = "tftp", Timeout = "long" };
        return Coin() ? ct : ct with { Nat = Nat() };
    }

    private CtNat Nat()
    {
        if (random.Next(4) == 0) return new CtNat();
        var isSource = Coin();
        var (low, high) = Coin() ? ("10.0.0.1", "10.0.0.9") : ("fe80::1", "fe80::9");
        if (random.Next(4) == 0) return new CtNat(isSource, !isSource, Random: Coin(), Persistent: Coin());
        var portLow = Coin() ? (ushort)0 : (ushort)random.Next(1, 30000);
        var portHigh = portLow == 0 || Coin() ? (ushort)0 : (ushort)random.Next(30001, 60000);
        return new CtNat(isSource, !isSource, low, Coin() ? null : high, portLow, portHigh, Coin(), Coin(), Coin());
    }
}
