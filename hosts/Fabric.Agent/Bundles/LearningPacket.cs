using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// A RARP request (RFC 903) in the name of a host, to all: switches that it passes learn where that host is (OVS: <c>compose_rarp</c>).
/// </summary>
internal static class LearningPacket
{
    private const int UntaggedSize = 42;
    private const int TagSize = 4;
    private const ushort ReverseRequest = 3;

    public static bool TryMake(FramePool pool, MacEntry host, [NotNullWhen(true)] out Frame? frame)
    {
        if (!pool.TryRent(UntaggedSize + (host.Vlan == 0 ? 0 : TagSize), out frame)) return false;
        Write(frame.Bytes, host.Mac, host.Vlan);
        return true;
    }

    /// <summary>The same without a tag, as bytes.</summary>
    public static byte[] Make(MacAddress host)
    {
        var bytes = new byte[UntaggedSize];
        Write(bytes, host, 0);
        return bytes;
    }

    private static void Write(Span<byte> bytes, MacAddress host, ushort vlan)
    {
        bytes.Clear();
        MacAddress.Broadcast.Write(bytes);
        host.Write(bytes[6..]);
        var at = 12;
        if (vlan != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], EtherType.Vlan);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[14..], vlan);
            at += TagSize;
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes[at..], EtherType.Rarp);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(at + 2)..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(at + 4)..], EtherType.Ipv4);
        (bytes[at + 6], bytes[at + 7]) = (6, 4);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(at + 8)..], ReverseRequest);
        host.Write(bytes[(at + 10)..]);
        host.Write(bytes[(at + 20)..]);
    }
}
