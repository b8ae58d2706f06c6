using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

internal static class Ipv6Header
{
    public static void Write(Span<byte> ip, Ipv6Address source, Ipv6Address destination, byte nextHeader, byte hopLimit, int payloadSize)
    {
        BinaryPrimitives.WriteUInt32BigEndian(ip, 0x6000_0000);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)payloadSize);
        ip[6] = nextHeader;
        ip[7] = hopLimit;
        source.Write(ip[8..]);
        destination.Write(ip[24..]);
    }
}
