using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>Tells the sender inside this guest that its packet could not be delivered, from the quoted start of that packet.</summary>
internal sealed class UnreachableNotes(GuestCore core, Pinger pinger, UdpLayer udp)
{
    public Verdict Receive(IpAddress destination, byte protocol, ReadOnlySpan<byte> quotedPayload, bool isPort)
    {
        if (quotedPayload.Length < Icmp.QuotedPayload) return Verdict.Unwanted;
        core.Counters.UnreachablesReceived++;
        if (protocol is IpProtocol.Icmp or IpProtocol.Icmpv6)
        {
            pinger.Unreachable(
                destination, BinaryPrimitives.ReadUInt16BigEndian(quotedPayload[4..]),
                BinaryPrimitives.ReadUInt16BigEndian(quotedPayload[6..]));
        }
        else if (protocol == IpProtocol.Udp)
        {
            udp.Unreachable(BinaryPrimitives.ReadUInt16BigEndian(quotedPayload), isPort);
        }

        return Verdict.Consumed;
    }
}
