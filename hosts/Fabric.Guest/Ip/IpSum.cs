using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Guest;

/// <summary>The Internet checksum (RFC 1071) and the pseudo-headers of UDP and ICMPv6 (RFC 768, RFC 8200 section 8.1).</summary>
internal static class IpSum
{
    /// <summary>Unfolded sum of the 16-bit words; an odd last byte counts as the high half of a word.</summary>
    public static ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        // Big-endian 32-bit words: their sum folds to the same 16-bit sum, two words at a time.
        while (bytes.Length >= 8)
        {
            var word = BinaryPrimitives.ReadUInt64BigEndian(bytes);
            sum += (word >> 32) + (uint)word;
            bytes = bytes[8..];
        }

        while (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        return bytes.Length == 1 ? sum + ((ulong)bytes[0] << 8) : sum;
    }

    public static ushort Finish(ulong sum)
    {
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    public static ushort Of(ReadOnlySpan<byte> bytes) => Finish(Add(0, bytes));

    public static ulong Pseudo(IpAddress source, IpAddress destination, byte protocol, int length)
    {
        var sum = (ulong)protocol + (uint)length;
        if (source.IsIpv4) return sum + source.V4.Value + destination.V4.Value;
        return sum + Halves(source.V6.High) + Halves(source.V6.Low) + Halves(destination.V6.High) + Halves(destination.V6.Low);
    }

    private static ulong Halves(ulong value) => (value >> 32) + (uint)value;
}
