using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>The fixed IPv6 header.</summary>
public readonly record struct Ipv6Header(
    Ipv6Address Source, Ipv6Address Destination, byte NextHeader, int PayloadSize, byte HopLimit = 64, byte TrafficClass = 0,
    uint FlowLabel = 0)
{
    public static Ipv6Header Parse(Ipv6View view) =>
        new(view.Source, view.Destination, view.NextHeader, view.PayloadLength, view.HopLimit, view.TrafficClass, view.FlowLabel);

    /// <summary>Writes 40 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        Destination.Write(destination[24..]);
        Source.Write(destination[8..]);
        WriteUInt32BigEndian(destination, 6u << 28 | (uint)TrafficClass << 20 | FlowLabel & 0xf_ffff);
        WriteUInt16BigEndian(destination[4..], (ushort)PayloadSize);
        destination[6] = NextHeader;
        destination[7] = HopLimit;
    }
}
