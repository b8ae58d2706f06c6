using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Address resolution for IPv4 over Ethernet (RFC 826), with announcement on boot (RFC 5227 section 3).</summary>
internal sealed class Arp(GuestCore core)
{
    private const int Size = 28;
    private const ulong EthernetIpv4 = 0x0001_0800_0604;
    private const ushort Request = 1;
    private const ushort Reply = 2;

    public required NeighbourCache Neighbours { get; init; }

    public void Announce()
    {
        if (core.Options.Ipv4 is { } own) Send(Request, MacAddress.Broadcast, MacAddress.Zero, own);
    }

    public void Solicit(Ipv4Address target, MacAddress? mac) => Send(Request, mac ?? MacAddress.Broadcast, MacAddress.Zero, target);

    public Verdict Receive(ReadOnlySpan<byte> packet)
    {
        if (core.Options.Ipv4 is not { } own) return Verdict.NotMine;
        if (packet.Length < Size || BinaryPrimitives.ReadUInt64BigEndian(packet) >> 16 != EthernetIpv4) return Verdict.Unwanted;
        var operation = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        var senderMac = MacAddress.Read(packet[8..]);
        var sender = Ipv4Address.Read(packet[14..]);
        var target = Ipv4Address.Read(packet[24..]);
        if (operation is not (Request or Reply) || senderMac.IsMulticast) return Verdict.Unwanted;
        if (sender == own)
        {
            if (senderMac == core.Options.Mac) return Verdict.NotMine;
            core.Counters.AddressConflicts++;
            return Verdict.Unwanted;
        }

        // A gratuitous announcement refreshes what we know and tells nothing new (RFC 5944 section 4.6).
        if (target != own)
        {
            Neighbours.Learn(sender, senderMac, create: false);
            return target == sender ? Verdict.Consumed : Verdict.NotMine;
        }

        if (operation == Reply)
        {
            Neighbours.Confirm(sender, senderMac);
            return Verdict.Consumed;
        }

        // A probe (sender 0.0.0.0) wants an answer but has nothing to teach.
        if (!sender.IsZero) Neighbours.Learn(sender, senderMac, create: true);
        Send(Reply, senderMac, senderMac, sender);
        return Verdict.Consumed;
    }

    private void Send(ushort operation, MacAddress destination, MacAddress targetMac, Ipv4Address target)
    {
        if (!core.TryCreate(IpProtocol.EthernetSize + Size, out var frame)) return;
        var b = frame.Bytes;
        destination.Write(b);
        core.Options.Mac.Write(b[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(b[12..], IpProtocol.EtherArp);
        var arp = b[IpProtocol.EthernetSize..];
        BinaryPrimitives.WriteUInt64BigEndian(arp, EthernetIpv4 << 16 | operation);
        core.Options.Mac.Write(arp[8..]);
        (core.Options.Ipv4 ?? Ipv4Address.Zero).Write(arp[14..]);
        targetMac.Write(arp[18..]);
        target.Write(arp[24..]);
        core.Output(frame);
    }
}
