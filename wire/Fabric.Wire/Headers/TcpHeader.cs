using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>TCP header; the options are written apart, after its 20 bytes.</summary>
/// <param name="OptionsSize">Bytes, a multiple of 4, at most 40.</param>
public readonly record struct TcpHeader(
    ushort SourcePort, ushort DestinationPort, uint Sequence, uint Acknowledgement, TcpFlags Flags, ushort Window,
    ushort UrgentPointer = 0, int OptionsSize = 0)
{
    public static TcpHeader Parse(TcpView view) =>
        new(view.SourcePort, view.DestinationPort, view.Sequence, view.Acknowledgement, view.Flags, view.Window, view.UrgentPointer,
            view.HeaderSize - TcpView.MinSize);

    /// <summary>Writes 20 bytes with a zero checksum, which the <c>Fill</c> methods compute once options and data are in place.</summary>
    public void Emit(Span<byte> destination)
    {
        WriteUInt32BigEndian(destination[16..], UrgentPointer);
        WriteUInt16BigEndian(destination, SourcePort);
        WriteUInt16BigEndian(destination[2..], DestinationPort);
        WriteUInt32BigEndian(destination[4..], Sequence);
        WriteUInt32BigEndian(destination[8..], Acknowledgement);
        WriteUInt16BigEndian(destination[12..], (ushort)((TcpView.MinSize + OptionsSize) / 4 << 12 | (ushort)Flags));
        WriteUInt16BigEndian(destination[14..], Window);
    }

    /// <param name="segment">Header and data, exactly.</param>
    public static void FillChecksum(Span<byte> segment, Ipv4Address source, Ipv4Address destination) =>
        Fill(segment, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length));

    public static void FillChecksum(Span<byte> segment, Ipv6Address source, Ipv6Address destination) =>
        Fill(segment, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length));

    private static void Fill(Span<byte> segment, ulong pseudoHeader)
    {
        WriteUInt16BigEndian(segment[TcpView.ChecksumOffset..], 0);
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(pseudoHeader, InternetChecksum.Sum(segment)));
        WriteUInt16BigEndian(segment[TcpView.ChecksumOffset..], checksum);
    }
}
