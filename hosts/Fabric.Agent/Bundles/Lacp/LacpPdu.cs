using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Agent;

/// <summary>A LACPDU in its frame (IEEE 802.1AX clause 6.4.2.3).</summary>
internal readonly record struct LacpPdu(LacpInfo Actor, LacpInfo Partner)
{
    public const ushort EtherType = 0x8809;

    /// <summary>Bytes of the frame.</summary>
    public const int FrameSize = HeaderSize + 110;
    private const int HeaderSize = 14;
    private const byte LacpSubtype = 1;
    private const byte MarkerSubtype = 2;

    /// <summary>The slow protocols' group address.</summary>
    public static MacAddress Group { get; } = new(0x0180_c200_0002);

    /// <summary>False for another slow protocol, and for anything cut off.</summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out LacpPdu pdu)
    {
        pdu = default;
        if (frame.Length < FrameSize || ReadUInt16BigEndian(frame[12..]) != EtherType) return false;
        var bytes = frame[HeaderSize..];
        if (bytes[0] != LacpSubtype || bytes[2] != 1 || bytes[3] != 20 || bytes[22] != 2 || bytes[23] != 20) return false;
        pdu = new LacpPdu(LacpInfo.Read(bytes[4..]), LacpInfo.Read(bytes[24..]));
        return true;
    }

    public static bool IsMarker(ReadOnlySpan<byte> frame) =>
        frame.Length > HeaderSize && ReadUInt16BigEndian(frame[12..]) == EtherType && frame[HeaderSize] == MarkerSubtype;

    public void Write(Span<byte> frame, MacAddress source)
    {
        frame.Clear();
        Group.Write(frame);
        source.Write(frame[6..]);
        WriteUInt16BigEndian(frame[12..], EtherType);
        var bytes = frame[HeaderSize..];
        (bytes[0], bytes[1]) = (LacpSubtype, 1);
        (bytes[2], bytes[3]) = (1, 20);
        Actor.Write(bytes[4..]);
        (bytes[22], bytes[23]) = (2, 20);
        Partner.Write(bytes[24..]);
        (bytes[42], bytes[43]) = (3, 16);
    }
}
