using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Checks received IPv4 and IPv6 packets, puts fragments together and hands whole ones to ICMP and UDP.</summary>
internal sealed class IpReceiver(GuestCore core, Reassembly reassembly)
{
    private static readonly Ipv6Address AllNodes = new(0xff02_0000_0000_0000, 1);
    private const ulong SolicitedHigh = 0xff02_0000_0000_0000;
    private const ulong SolicitedLow = 0x0000_0001_ff00_0000;

    public required Icmp Icmp { get; init; }

    public required IcmpV6 IcmpV6 { get; init; }

    public required UdpLayer Udp { get; init; }

    public Verdict ReceiveV4(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < IpProtocol.Ipv4Size || packet[0] >> 4 != 4) return Verdict.Unwanted;
        var headerSize = (packet[0] & 15) * 4;
        var total = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (headerSize < IpProtocol.Ipv4Size || total < headerSize || total > packet.Length) return Verdict.Unwanted;
        if (IpSum.Of(packet[..headerSize]) != 0)
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        var arrival = new IpArrival
        {
            Source = Ipv4Address.Read(packet[12..]),
            Destination = Ipv4Address.Read(packet[16..]),
            Protocol = packet[9],
            HopLimit = packet[8],
            Packet = packet[..total],
            Payload = packet[headerSize..total],
        };
        if (core.Options.Ipv4 != arrival.Destination.V4)
        {
            if (!IsGroupV4(arrival.Destination)) return Verdict.NotMine;
            arrival.IsGroup = true;
        }

        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        if ((fragment & 0x3fff) == 0) return Deliver(arrival);
        var id = (uint)BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        return AddFragment(arrival, id, (fragment & 0x1fff) * 8, (fragment & 0x2000) == 0, packet[..headerSize]);
    }

    public Verdict ReceiveV6(ReadOnlySpan<byte> packet)
    {
        if (!core.Options.HasIpv6) return Verdict.NotMine;
        if (packet.Length < IpProtocol.Ipv6Size || packet[0] >> 4 != 6) return Verdict.Unwanted;
        var total = IpProtocol.Ipv6Size + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        if (total > packet.Length) return Verdict.Unwanted;
        var arrival = new IpArrival
        {
            Source = Ipv6Address.Read(packet[8..]),
            Destination = Ipv6Address.Read(packet[24..]),
            HopLimit = packet[7],
            Packet = packet[..total],
        };
        if (!core.Owns(arrival.Destination))
        {
            if (!IsGroupV6(arrival.Destination.V6)) return Verdict.NotMine;
            arrival.IsGroup = true;
        }

        var next = packet[6];
        var at = IpProtocol.Ipv6Size;
        while (next is IpProtocol.HopByHop or IpProtocol.DestinationOptions or IpProtocol.Routing)
        {
            if (at + 8 > total || (next == IpProtocol.Routing && packet[at + 3] != 0)) return Verdict.Unwanted;
            next = packet[at];
            at += 8 + packet[at + 1] * 8;
        }

        arrival.Protocol = next;
        if (next != IpProtocol.Fragment)
        {
            if (at > total) return Verdict.Unwanted;
            arrival.Payload = packet[at..total];
            return Deliver(arrival);
        }

        if (at + IpProtocol.FragmentSize > total) return Verdict.Unwanted;
        arrival.Protocol = packet[at];
        arrival.Payload = packet[(at + IpProtocol.FragmentSize)..total];
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]);
        var id = BinaryPrimitives.ReadUInt32BigEndian(packet[(at + 4)..]);
        return AddFragment(arrival, id, fragment & 0xfff8, (fragment & 1) == 0, packet[..IpProtocol.Ipv6Size]);
    }

    private Verdict AddFragment(in IpArrival arrival, uint id, int offset, bool isLast, ReadOnlySpan<byte> header)
    {
        var verdict = reassembly.Add(arrival, id, offset, isLast, header, out var slot);
        if (slot is null) return verdict;
        var whole = new IpArrival
        {
            Source = slot.Source,
            Destination = slot.Destination,
            Protocol = slot.Protocol,
            HopLimit = slot.HopLimit,
            IsGroup = arrival.IsGroup,
            Packet = slot.Packet,
            Payload = slot.Payload,
        };
        reassembly.Release(slot, Deliver(whole));
        return Verdict.Held;
    }

    private Verdict Deliver(in IpArrival arrival) => (arrival.Protocol, arrival.Source.IsIpv4) switch
    {
        (IpProtocol.Udp, _) => Udp.Receive(arrival),
        (IpProtocol.Icmp, true) => Icmp.Receive(arrival),
        (IpProtocol.IcmpV6, false) => IcmpV6.Receive(arrival),
        _ => Verdict.Unwanted,
    };

    private bool IsGroupV4(IpAddress destination)
    {
        if (core.Options.Ipv4 is not { } own) return false;
        if (destination.V4 == Ipv4Address.Broadcast || destination.V4.Value == 0xe000_0001) return true;
        var host = core.Options.Ipv4PrefixLength >= 31 ? 0 : uint.MaxValue >> core.Options.Ipv4PrefixLength;
        return host != 0 && destination.V4.Value == (own.Value | host);
    }

    private bool IsGroupV6(Ipv6Address destination)
    {
        if (destination == AllNodes) return true;
        if (destination.High != SolicitedHigh || (destination.Low & ~0xff_ffffUL) != SolicitedLow) return false;
        var tail = destination.Low & 0xff_ffff;
        if ((core.LinkLocal.Low & 0xff_ffff) == tail) return true;
        foreach (var own in core.Ipv6)
        {
            if ((own.Address.Low & 0xff_ffff) == tail) return true;
        }

        return false;
    }
}
