using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Checks received IPv4 and IPv6 packets, puts fragments together and hands whole ones to ICMP and UDP.</summary>
internal sealed class IpReceiver(GuestCore core, Reassembly reassembly)
{
    private static readonly Ipv6Address AllNodes = new(0xff02_0000_0000_0000, 1);
    private static readonly Ipv4Address AllHosts = new(0xe000_0001);
    private const ulong SolicitedHigh = 0xff02_0000_0000_0000;
    private const ulong SolicitedLow = 0x0000_0001_ff00_0000;

    public required Icmp Icmp { get; init; }

    public required IcmpV6 IcmpV6 { get; init; }

    public required UdpLayer Udp { get; init; }

    public Verdict ReceiveV4(ReadOnlySpan<byte> packet)
    {
        if (!Ipv4View.TryParse(packet, out var ip)) return Verdict.Unwanted;
        if (!ip.IsChecksumCorrect)
        {
            core.Counters.BadChecksums++;
            return Verdict.Unwanted;
        }

        var arrival = new IpArrival
        {
            Source = ip.Source,
            Destination = ip.Destination,
            Protocol = ip.Protocol,
            HopLimit = ip.Ttl,
            Packet = packet[..ip.TotalLength],
            Payload = ip.Payload,
        };
        if (core.Options.Ipv4 != ip.Destination)
        {
            if (!IsGroupV4(ip.Destination)) return Verdict.NotMine;
            arrival.IsGroup = true;
        }

        return ip.IsFragment ? AddFragment(arrival, ip.Identification, ip.FragmentOffset, !ip.MoreFragments, ip.Header) : Deliver(arrival);
    }

    public Verdict ReceiveV6(ReadOnlySpan<byte> packet)
    {
        if (!core.Options.HasIpv6) return Verdict.NotMine;
        if (!Ipv6View.TryParse(packet, out var ip)) return Verdict.Unwanted;
        var arrival = new IpArrival
        {
            Source = ip.Source,
            Destination = ip.Destination,
            HopLimit = ip.HopLimit,
            Packet = packet[..(Ipv6View.Size + ip.PayloadLength)],
        };
        if (!core.Owns(arrival.Destination))
        {
            if (!IsGroupV6(ip.Destination)) return Verdict.NotMine;
            arrival.IsGroup = true;
        }

        if (!Ipv6Extensions.TryWalk(ip.NextHeader, ip.Payload, out var extensions)) return Verdict.Unwanted;
        arrival.Protocol = extensions.Protocol;
        arrival.Payload = ip.Payload[extensions.Size..];
        return extensions.IsFragment
            ? AddFragment(arrival, extensions.FragmentId, extensions.FragmentOffset, !extensions.MoreFragments, packet[..Ipv6View.Size])
            : Deliver(arrival);
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
        (IpProtocol.Icmpv6, false) => IcmpV6.Receive(arrival),
        _ => Verdict.Unwanted,
    };

    private bool IsGroupV4(Ipv4Address destination)
    {
        if (core.Options.Ipv4 is not { } own) return false;
        if (destination == Ipv4Address.Broadcast || destination == AllHosts) return true;
        var host = core.Options.Ipv4PrefixLength >= 31 ? 0 : uint.MaxValue >> core.Options.Ipv4PrefixLength;
        return host != 0 && destination.Value == (own.Value | host);
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
