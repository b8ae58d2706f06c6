using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>Prefix information option (RFC 4861 section 4.6.2).</summary>
/// <param name="Flags">On-link (0x80), autonomous (0x40).</param>
public readonly record struct PrefixInformation(
    Ipv6Address Prefix, byte PrefixLength, byte Flags, uint ValidSeconds, uint PreferredSeconds)
{
    public const int Size = 32;

    internal static PrefixInformation Parse(ReadOnlySpan<byte> data) =>
        new(Ipv6Address.Read(data[14..]), data[0], data[1], ReadUInt32BigEndian(data[2..]), ReadUInt32BigEndian(data[6..]));

    internal void Emit(Span<byte> destination)
    {
        Prefix.Write(destination[16..]);
        destination[0] = NeighbourOptionReader.PrefixInformation;
        destination[1] = 4;
        destination[2] = PrefixLength;
        destination[3] = Flags;
        WriteUInt32BigEndian(destination[4..], ValidSeconds);
        WriteUInt32BigEndian(destination[8..], PreferredSeconds);
        WriteUInt32BigEndian(destination[12..], 0);
    }
}
