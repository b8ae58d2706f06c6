using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>
/// Neighbour solicitation and advertisement (RFC 4861 sections 4.3, 4.4 and 7.2); addresses are assumed unique (no RFC 4862 DAD).
/// </summary>
internal sealed class NeighbourDiscovery(GuestCore core, IpLayer ip)
{
    public const byte Solicitation = 135;
    public const byte Advertisement = 136;

    private const int Size = 24;
    private const int OptionSize = 8;
    private const byte SourceLinkLayer = 1;
    private const byte TargetLinkLayer = 2;
    private const uint Solicited = 0x4000_0000;
    private const uint Override = 0x2000_0000;
    private const byte HopLimit = 255;
    private static readonly Ipv6Address AllNodes = new(0xff02_0000_0000_0000, 1);

    public required NeighbourCache Neighbours { get; init; }

    public required IcmpV6 IcmpV6 { get; init; }

    public void Announce()
    {
        if (!core.Options.HasIpv6) return;
        SendAdvertisement(core.LinkLocal, AllNodes, Override);
        foreach (var own in core.Ipv6) SendAdvertisement(own.Address, AllNodes, Override);
    }

    public void Solicit(Ipv6Address target, MacAddress? mac)
    {
        var group = new Ipv6Address(0xff02_0000_0000_0000, 0x0000_0001_ff00_0000 | target.Low & 0xff_ffff);
        ip.TryRoute(target, out var source, out _);

        // A unicast probe goes to the neighbour itself; its entry is known then, so it needs no resolution.
        IpAddress destination = mac is null ? group : target;
        if (!ip.TryBegin(source, destination, IpProtocol.IcmpV6, Size + OptionSize, out var draft, HopLimit)) return;
        draft.NextHop = destination;
        Write(draft.Payload, Solicitation, 0, target, SourceLinkLayer);
        IcmpV6.Finish(draft);
    }

    public Verdict ReceiveSolicitation(in IpArrival arrival)
    {
        if (!IsValid(arrival)) return Verdict.Unwanted;
        var target = Ipv6Address.Read(arrival.Payload[8..]);
        if (!core.Owns(target)) return Verdict.NotMine;
        if (arrival.Source.V6.IsZero)
        {
            SendAdvertisement(target, AllNodes, Override);
            return Verdict.Consumed;
        }

        if (TryFindMac(arrival.Payload, SourceLinkLayer, out var mac)) Neighbours.Learn(arrival.Source, mac, create: true);
        SendAdvertisement(target, arrival.Source.V6, Solicited | Override);
        return Verdict.Consumed;
    }

    public Verdict ReceiveAdvertisement(in IpArrival arrival)
    {
        if (!IsValid(arrival)) return Verdict.Unwanted;
        var target = Ipv6Address.Read(arrival.Payload[8..]);
        if (core.Owns(target))
        {
            core.Counters.AddressConflicts++;
            return Verdict.Unwanted;
        }

        if (!TryFindMac(arrival.Payload, TargetLinkLayer, out var mac)) return Verdict.Unwanted;
        if ((arrival.Payload[4] & Solicited >> 24) != 0 && !arrival.IsGroup) Neighbours.Confirm(target, mac);
        else Neighbours.Learn(target, mac, create: false);
        return Verdict.Consumed;
    }

    /// <summary>RFC 4861 section 7.1: nothing that crossed a router is believed.</summary>
    private static bool IsValid(in IpArrival arrival) =>
        arrival.HopLimit == HopLimit && arrival.Payload.Length >= Size && arrival.Payload[1] == 0 && arrival.Payload[8] != 0xff;

    private static bool TryFindMac(ReadOnlySpan<byte> message, byte type, out MacAddress mac)
    {
        var options = message[Size..];
        while (options.Length >= OptionSize && options[1] != 0)
        {
            if (options[0] == type)
            {
                mac = MacAddress.Read(options[2..]);
                return !mac.IsMulticast;
            }

            if (options[1] * 8 > options.Length) break;
            options = options[(options[1] * 8)..];
        }

        mac = default;
        return false;
    }

    private void SendAdvertisement(Ipv6Address own, Ipv6Address destination, uint flags)
    {
        if (!ip.TryBegin(new IpAddress(own), destination, IpProtocol.IcmpV6, Size + OptionSize, out var draft, HopLimit)) return;
        Write(draft.Payload, Advertisement, flags, own, TargetLinkLayer);
        IcmpV6.Finish(draft);
    }

    private void Write(Span<byte> message, byte type, uint flags, Ipv6Address target, byte option)
    {
        message[0] = type;
        message[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(message[4..], flags);
        target.Write(message[8..]);
        message[Size] = option;
        message[Size + 1] = 1;
        core.Options.Mac.Write(message[(Size + 2)..]);
    }
}
