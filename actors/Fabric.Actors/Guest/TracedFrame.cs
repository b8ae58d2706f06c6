using System.Diagnostics.CodeAnalysis;
using Fabric.Actors.Protocol;
using Fabric.Flow;
using Fabric.Guest;
using Fabric.OpenFlow;
using Fabric.Wire;

namespace Fabric.Actors;

/// <summary>
/// Builds the frame that an operator describes for a trace, in <c>ovs-ofctl</c>'s match syntax. What the description leaves out is what the
/// VM's stack would send: its own addresses, TTL 64, an ICMP echo request. It is a whole packet with right checksums, not a bare key.
/// </summary>
internal static class TracedFrame
{
    private const int PayloadSize = 32;
    private const ushort DefaultPort = 40_000;

    public static bool TryBuild(
        string flow, VmPlan vm, GuestStack stack, FramePool pool, [NotNullWhen(true)] out Frame? frame, out TracedFrameError error)
    {
        frame = null;
        if (!RuleText.TryParseDelete(flow, NoOpenFlowPorts.Instance, strict: false, out var rule, out var problem))
        {
            error = new TracedFrameError($"'{flow}' is not a flow: {problem}");
            return false;
        }

        error = default;
        var key = rule.Match.Value.Packet;
        Complete(ref key, vm, stack);
        if (key.EthDestination.IsZero && !TryResolve(ref key, stack, ref error)) return false;
        Span<byte> packet = stackalloc byte[128];
        var size = Write(ref key, packet);
        if (size == 0)
        {
            error = new TracedFrameError($"Ethernet type 0x{key.EthType:x4} cannot be made here (ip, ipv6 or arp can)");
            return false;
        }

        if (!pool.TryRent(EthernetView.Size + size, out frame))
        {
            error = new TracedFrameError("no frame buffer is free");
            return false;
        }

        new EthernetHeader(key.EthDestination, key.EthSource, key.EthType).Emit(frame.Bytes);
        packet[..size].CopyTo(frame.Bytes[EthernetView.Size..]);
        return true;
    }

    /// <summary>Fills in what was not said.</summary>
    private static void Complete(ref FlowKey key, VmPlan vm, GuestStack stack)
    {
        if (key.EthSource.IsZero) key.EthSource = MacAddress.Parse(vm.Mac);
        if (key.EthType == 0) key.EthType = !key.Ipv6Destination.IsZero ? EtherType.Ipv6 : EtherType.Ipv4;
        if (key.NwTtl == 0) key.NwTtl = 64;
        if (key.EthType == EtherType.Ipv6)
        {
            if (key.Ipv6Source.IsZero) key.Ipv6Source = stack.Options.Ipv6.Select(a => a.Address).FirstOrDefault();
            if (key.NwProto == 0) key.NwProto = IpProtocol.Icmpv6;
        }
        else
        {
            if (key.NwSource.IsZero) key.NwSource = stack.Options.Ipv4 ?? default;
            if (key.EthType == EtherType.Arp && key.EthDestination.IsZero) key.EthDestination = MacAddress.Broadcast;
            if (key.NwProto == 0) key.NwProto = key.EthType == EtherType.Arp ? (byte)1 : IpProtocol.Icmp;
        }

        if (key.NwProto is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp)
        {
            if (key.TpSource == 0) key.TpSource = DefaultPort;
            if (key.TpDestination == 0) key.TpDestination = key.NwProto == IpProtocol.Udp ? (ushort)7 : (ushort)80;
        }
        else if (key.TpSource == 0 && key.EthType != EtherType.Arp)
        {
            key.TpSource = key.NwProto == IpProtocol.Icmpv6 ? Icmpv6View.EchoRequest : Icmpv4View.EchoRequest;
        }
    }

    private static bool TryResolve(ref FlowKey key, GuestStack stack, ref TracedFrameError error)
    {
        IpAddress target = key.EthType == EtherType.Ipv6 ? key.Ipv6Destination : key.NwDestination;
        if (target.IsUnspecified)
        {
            error = new TracedFrameError("the flow names no destination (nw_dst, ipv6_dst or dl_dst)");
            return false;
        }

        foreach (var neighbour in stack.Neighbours)
        {
            if (neighbour.Address != target || neighbour.Mac.IsZero) continue;
            key.EthDestination = neighbour.Mac;
            return true;
        }

        error = new TracedFrameError($"{target} does not answer address resolution", target.ToString());
        return false;
    }

    private static int Write(ref FlowKey key, Span<byte> packet)
    {
        switch (key.EthType)
        {
            case EtherType.Arp:
                new ArpPacket(key.NwProto, key.EthSource, key.NwSource, key.ArpTargetHardware, key.NwDestination).Emit(packet);
                return ArpView.Size;
            case EtherType.Ipv4:
                var size = WriteTransport(ref key, packet[Ipv4View.MinSize..]);
                var header = new Ipv4Header(key.NwSource, key.NwDestination, key.NwProto, size, key.NwTtl, key.NwTos, 0x7ace,
                    DontFragment: true);
                header.Emit(packet);
                return Ipv4View.MinSize + size;
            case EtherType.Ipv6:
                var length = WriteTransport(ref key, packet[Ipv6View.Size..]);
                new Ipv6Header(key.Ipv6Source, key.Ipv6Destination, key.NwProto, length, key.NwTtl, key.NwTos, key.Ipv6Label).Emit(packet);
                return Ipv6View.Size + length;
            default:
                return 0;
        }
    }

    private static int WriteTransport(ref FlowKey key, Span<byte> room)
    {
        var isV6 = key.EthType == EtherType.Ipv6;
        switch (key.NwProto)
        {
            case IpProtocol.Udp:
                var datagram = room[..(UdpView.Size + PayloadSize)];
                Fill(datagram[UdpView.Size..]);
                new UdpHeader(key.TpSource, key.TpDestination, PayloadSize).Emit(datagram);
                if (isV6) UdpHeader.FillChecksum(datagram, key.Ipv6Source, key.Ipv6Destination);
                else UdpHeader.FillChecksum(datagram, key.NwSource, key.NwDestination);
                return datagram.Length;
            case IpProtocol.Tcp:
                var segment = room[..(TcpView.MinSize + PayloadSize)];
                Fill(segment[TcpView.MinSize..]);
                var flags = key.TcpFlags == 0 ? TcpFlags.Syn : (TcpFlags)key.TcpFlags;
                new TcpHeader(key.TpSource, key.TpDestination, 1, 0, flags, 65_535, 0).Emit(segment);
                if (isV6) TcpHeader.FillChecksum(segment, key.Ipv6Source, key.Ipv6Destination);
                else TcpHeader.FillChecksum(segment, key.NwSource, key.NwDestination);
                return segment.Length;
            case IpProtocol.Icmpv6 when isV6:
                var message = room[..(Icmpv6View.Size + PayloadSize)];
                Fill(message[Icmpv6View.Size..]);
                new Icmpv6Header((byte)key.TpSource, (byte)key.TpDestination, 0x7ace_0001)
                    .Emit(message, key.Ipv6Source, key.Ipv6Destination);
                return message.Length;
            case IpProtocol.Icmp when !isV6:
                var echo = room[..(Icmpv4View.Size + PayloadSize)];
                Fill(echo[Icmpv4View.Size..]);
                new Icmpv4Header((byte)key.TpSource, (byte)key.TpDestination, 0x7ace_0001).Emit(echo);
                return echo.Length;
            default:
                Fill(room[..PayloadSize]);
                return PayloadSize;
        }
    }

    private static void Fill(Span<byte> payload)
    {
        for (var i = 0; i < payload.Length; i++) payload[i] = (byte)i;
    }
}
