using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Address resolution for IPv4 over Ethernet (RFC 826), with announcement on boot (RFC 5227 section 3).</summary>
internal sealed class Arp(GuestCore core)
{
    public required NeighbourCache Neighbours { get; init; }

    public void Announce()
    {
        if (core.Options.Ipv4 is { } own) Send(ArpView.Request, MacAddress.Broadcast, MacAddress.Zero, own);
    }

    public void Solicit(Ipv4Address target, MacAddress? mac) => Send(ArpView.Request, mac ?? MacAddress.Broadcast, MacAddress.Zero, target);

    public Verdict Receive(ReadOnlySpan<byte> packet)
    {
        if (core.Options.Ipv4 is not { } own) return Verdict.NotMine;
        if (!ArpView.TryParse(packet, out var arp)) return Verdict.Unwanted;
        var (sender, senderMac) = (arp.SenderProtocol, arp.SenderHardware);
        if (arp.Operation is not (ArpView.Request or ArpView.Reply) || senderMac.IsMulticast) return Verdict.Unwanted;
        if (sender == own)
        {
            if (senderMac == core.Options.Mac) return Verdict.NotMine;
            core.Counters.AddressConflicts++;
            return Verdict.Unwanted;
        }

        // A gratuitous announcement refreshes what we know and tells nothing new (RFC 5944 section 4.6).
        if (arp.TargetProtocol != own)
        {
            Neighbours.Learn(sender, senderMac, create: false);
            return arp.TargetProtocol == sender ? Verdict.Consumed : Verdict.NotMine;
        }

        if (arp.Operation == ArpView.Reply)
        {
            Neighbours.Confirm(sender, senderMac);
            return Verdict.Consumed;
        }

        // A probe (sender 0.0.0.0) wants an answer but has nothing to teach.
        if (!sender.IsZero) Neighbours.Learn(sender, senderMac, create: true);
        Send(ArpView.Reply, senderMac, senderMac, sender);
        return Verdict.Consumed;
    }

    private void Send(ushort operation, MacAddress destination, MacAddress targetMac, Ipv4Address target)
    {
        if (!core.TryCreate(EthernetView.Size + ArpView.Size, out var frame)) return;
        var own = core.Options.Ipv4 ?? Ipv4Address.Zero;
        new EthernetHeader(destination, core.Options.Mac, EtherType.Arp).Emit(frame.Bytes);
        new ArpPacket(operation, core.Options.Mac, own, targetMac, target).Emit(frame.Bytes[EthernetView.Size..]);
        core.Output(frame);
    }
}
