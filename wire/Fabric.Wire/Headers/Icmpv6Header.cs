using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>The fixed part of an ICMPv6 message.</summary>
public readonly record struct Icmpv6Header(byte Type, byte Code, uint Rest)
{
    public static Icmpv6Header Parse(Icmpv6View view) => new(view.Type, view.Code, view.Rest);

    public static Icmpv6Header Echo(bool isReply, ushort identifier, ushort sequence) =>
        new(isReply ? Icmpv6View.EchoReply : Icmpv6View.EchoRequest, 0, (uint)identifier << 16 | sequence);

    /// <param name="message">The whole message with its data in place: the checksum covers it and the pseudo-header.</param>
    public void Emit(Span<byte> message, Ipv6Address source, Ipv6Address destination)
    {
        WriteUInt32BigEndian(message[4..], Rest);
        message[0] = Type;
        message[1] = Code;
        FillChecksum(message, source, destination);
    }

    public static void FillChecksum(Span<byte> message, Ipv6Address source, Ipv6Address destination)
    {
        WriteUInt16BigEndian(message[Icmpv6View.ChecksumOffset..], 0);
        var pseudoHeader = InternetChecksum.PseudoHeader(source, destination, IpProtocol.Icmpv6, message.Length);
        WriteUInt16BigEndian(
            message[Icmpv6View.ChecksumOffset..],
            InternetChecksum.Finish(InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(message))));
    }
}
