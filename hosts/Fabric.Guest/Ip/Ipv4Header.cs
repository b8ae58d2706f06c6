using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

internal static class Ipv4Header
{
    /// <param name="fragment">Flags and offset as on the wire.</param>
    public static void Write(
        Span<byte> ip, Ipv4Address source, Ipv4Address destination, byte protocol, byte hopLimit, int payloadSize, ushort fragment,
        ushort id)
    {
        BinaryPrimitives.WriteUInt16BigEndian(ip, 0x4500);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(IpProtocol.Ipv4Size + payloadSize));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], id);
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], fragment);
        ip[8] = hopLimit;
        ip[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        source.Write(ip[12..]);
        destination.Write(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], IpSum.Of(ip[..IpProtocol.Ipv4Size]));
    }
}
