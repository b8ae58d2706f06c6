using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Agent;

/// <summary>A BFD control packet (RFC 5880 section 4.1). Discriminators are numbers that each end gives to its session.</summary>
/// <param name="MinTxUs">Microseconds, as <paramref name="MinRxUs"/>.</param>
public readonly record struct BfdMessage(
    BfdState State, BfdDiagnostic Diagnostic, BfdFlags Flags, byte Multiplier, uint Mine, uint Yours, uint MinTxUs, uint MinRxUs)
{
    /// <summary>RFC 5881 section 4.</summary>
    public const ushort UdpPort = 3784;

    /// <summary>Bytes of a whole frame.</summary>
    public const int FrameSize = EthernetView.Size + Ipv4View.MinSize + UdpView.Size + Size;

    /// <summary>Bytes without authentication.</summary>
    public const int Size = 24;

    private const byte Version = 1;
    private const byte Ttl = 255;

    /// <summary>Internetwork control (RFC 791 section 3.1).</summary>
    private const byte Tos = 0xc0;

    /// <summary>Unless another one is configured (OVS: <c>eth_addr_bfd</c>).</summary>
    public static MacAddress Address { get; } = new(0x0023_2000_0001);

    /// <summary>
    /// The message of a UDP packet; false when it came from further away than the link (RFC 5881 section 5) or is none that a session
    /// can take (RFC 5880 section 6.8.6).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out BfdMessage message)
    {
        message = default;
        if (!TryFindPayload(frame, out var ttl, out var bytes) || ttl != Ttl || bytes.Length < Size) return false;
        message = new BfdMessage((BfdState)(bytes[1] >> 6), (BfdDiagnostic)(bytes[0] & 0x1f), (BfdFlags)bytes[1] & BfdFlags.All, bytes[2],
            ReadUInt32BigEndian(bytes[4..]), ReadUInt32BigEndian(bytes[8..]), ReadUInt32BigEndian(bytes[12..]),
            ReadUInt32BigEndian(bytes[16..]));
        return bytes[0] >> 5 == Version && bytes[3] >= Size && message is { Multiplier: > 0, Mine: > 0 }
            && (message.Flags & (BfdFlags.Authenticated | BfdFlags.Multipoint)) == 0
            && (message.Yours != 0 || message.State <= BfdState.Down);
    }

    /// <summary>Writes <see cref="FrameSize"/> bytes. As OVS, without a UDP checksum.</summary>
    public void Write(Span<byte> frame, MacAddress source, ushort udpSource, BfdSettings settings)
    {
        (settings.LocalDestinationMac.IsZero ? Address : settings.LocalDestinationMac).Write(frame);
        (settings.LocalSourceMac.IsZero ? source : settings.LocalSourceMac).Write(frame[6..]);
        WriteUInt16BigEndian(frame[12..], EtherType.Ipv4);
        var packet = frame[EthernetView.Size..];
        new Ipv4Header(settings.Source, settings.Destination, IpProtocol.Udp, UdpView.Size + Size, Ttl, Tos).Emit(packet);
        new UdpHeader(udpSource, UdpPort, Size).Emit(packet[Ipv4View.MinSize..]);
        var bytes = packet[(Ipv4View.MinSize + UdpView.Size)..];
        bytes[0] = (byte)(Version << 5 | (byte)Diagnostic);
        bytes[1] = (byte)((byte)State << 6 | (byte)Flags);
        (bytes[2], bytes[3]) = (Multiplier, Size);
        WriteUInt32BigEndian(bytes[4..], Mine);
        WriteUInt32BigEndian(bytes[8..], Yours);
        WriteUInt32BigEndian(bytes[12..], MinTxUs);
        WriteUInt32BigEndian(bytes[16..], MinRxUs);
        WriteUInt32BigEndian(bytes[20..], 0); // no echo
    }

    /// <summary>Behind any tags; only IPv4 is looked at, as in OVS.</summary>
    private static bool TryFindPayload(ReadOnlySpan<byte> frame, out byte ttl, out ReadOnlySpan<byte> payload)
    {
        ttl = 0;
        payload = default;
        var at = 12;
        while (at + 6 <= frame.Length && EtherType.IsVlan(ReadUInt16BigEndian(frame[at..]))) at += 4;
        if (at + 2 > frame.Length || ReadUInt16BigEndian(frame[at..]) != EtherType.Ipv4) return false;
        if (!Ipv4View.TryParse(frame[(at + 2)..], out var packet) || packet.Protocol != IpProtocol.Udp) return false;
        if (!UdpView.TryParse(packet.Payload, out var datagram)) return false;
        ttl = packet.Ttl;
        payload = datagram.Payload;
        return true;
    }
}
