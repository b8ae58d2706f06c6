using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>UDP header. <see cref="Emit"/> writes no checksum; the <c>Fill</c> methods compute it once the data is in place.</summary>
public readonly record struct UdpHeader(ushort SourcePort, ushort DestinationPort, int PayloadSize)
{
    public static UdpHeader Parse(UdpView view) => new(view.SourcePort, view.DestinationPort, view.Payload.Length);

    /// <summary>Writes 8 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt16BigEndian(destination[6..], 0);
        WriteUInt16BigEndian(destination[4..], (ushort)(PayloadSize + UdpView.Size));
        WriteUInt16BigEndian(destination[2..], DestinationPort);
        WriteUInt16BigEndian(destination, SourcePort);
    }

    /// <param name="datagram">Header and data, exactly.</param>
    public static void FillChecksum(Span<byte> datagram, Ipv4Address source, Ipv4Address destination) =>
        Fill(datagram, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length));

    public static void FillChecksum(Span<byte> datagram, Ipv6Address source, Ipv6Address destination) =>
        Fill(datagram, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Udp, datagram.Length));

    private static void Fill(Span<byte> datagram, ulong pseudoHeader)
    {
        WriteUInt16BigEndian(datagram[UdpView.ChecksumOffset..], 0);
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(datagram)));
        // RFC 768: zero means "none", so a computed zero is sent as all ones, which is the same number in one's complement.
        WriteUInt16BigEndian(datagram[UdpView.ChecksumOffset..], checksum == 0 ? ushort.MaxValue : checksum);
    }
}
