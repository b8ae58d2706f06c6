using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Neighbour solicitation and advertisement (RFC 4861 section 7.2); addresses are assumed unique (no RFC 4862).</summary>
internal sealed class NeighbourDiscovery(GuestCore core, IpLayer ip)
{
    /// <summary>RFC 4861 section 7.1: nothing that crossed a router is believed.</summary>
    private const byte HopLimit = 255;
    private static readonly Ipv6Address AllNodes = new(0xff02_0000_0000_0000, 1);

    public required NeighbourCache Neighbours { get; init; }

    public void Announce()
    {
        if (!core.Options.HasIpv6) return;
        SendAdvertisement(core.LinkLocal, AllNodes, NeighbourMessage.OverrideFlag);
        foreach (var own in core.Ipv6) SendAdvertisement(own.Address, AllNodes, NeighbourMessage.OverrideFlag);
    }

    public void Solicit(Ipv6Address target, MacAddress? mac)
    {
        var group = new Ipv6Address(0xff02_0000_0000_0000, 0x0000_0001_ff00_0000 | target.Low & 0xff_ffff);
        ip.TryRoute(target, out var source, out _);

        // A unicast probe goes to the neighbour itself; its entry is known then, so it needs no resolution.
        Send(new NeighbourMessage(false, target, 0, core.Options.Mac), source, mac is null ? group : target);
    }

    public Verdict Receive(in IpArrival arrival)
    {
        if (arrival.HopLimit != HopLimit || arrival.Payload[1] != 0) return Verdict.Unwanted;
        if (!NeighbourMessage.TryParse(arrival.Payload, out var message) || message.Target.IsMulticast) return Verdict.Unwanted;
        return message.IsAdvertisement ? TakeAdvertisement(arrival, message) : TakeSolicitation(arrival, message);
    }

    private Verdict TakeSolicitation(in IpArrival arrival, in NeighbourMessage message)
    {
        if (!core.Owns(message.Target)) return Verdict.NotMine;
        if (arrival.Source.IsUnspecified)
        {
            SendAdvertisement(message.Target, AllNodes, NeighbourMessage.OverrideFlag);
            return Verdict.Consumed;
        }

        if (message.LinkLayer is { IsMulticast: false } mac) Neighbours.Learn(arrival.Source, mac, create: true);
        SendAdvertisement(message.Target, arrival.Source, NeighbourMessage.SolicitedFlag | NeighbourMessage.OverrideFlag);
        return Verdict.Consumed;
    }

    private Verdict TakeAdvertisement(in IpArrival arrival, in NeighbourMessage message)
    {
        if (core.Owns(message.Target))
        {
            core.Counters.AddressConflicts++;
            return Verdict.Unwanted;
        }

        if (message.LinkLayer is not { IsMulticast: false } mac) return Verdict.Unwanted;
        if ((message.Flags & NeighbourMessage.SolicitedFlag) != 0 && !arrival.IsGroup) Neighbours.Confirm(message.Target, mac);
        else Neighbours.Learn(message.Target, mac, create: false);
        return Verdict.Consumed;
    }

    private void SendAdvertisement(Ipv6Address own, IpAddress destination, byte flags) =>
        Send(new NeighbourMessage(true, own, flags, core.Options.Mac), own, destination);

    private void Send(in NeighbourMessage message, IpAddress source, IpAddress destination)
    {
        if (!ip.TryBegin(source, destination, IpProtocol.Icmpv6, message.Size, out var draft, HopLimit)) return;
        draft.NextHop = destination;
        message.Emit(draft.Payload, source.V6, destination.V6);
        ip.Send(draft);
    }
}
