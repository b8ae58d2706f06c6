using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>
/// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words.
/// <para>A <b>partial sum</b> is an unfolded 64-bit sum of words read in memory order; RFC 1071 section 2 (B) shows that the byte order may
/// be mended once, at the end. Partial sums add up with <see cref="Add(ulong, ulong)"/> as long as every part but the last has an even
/// length. <see cref="Finish"/> gives the number to store, in host order.</para>
/// <list type="number">
/// <item>C1: data that carries its own correct checksum gives <see cref="Finish"/> = 0.</item>
/// <item>C2: an incremental update equals a full recomputation, unless the new data is all zero (RFC 1624 section 3), which a header with a
/// version or a pseudo-header never is.</item>
/// </list>
/// </summary>
public static class InternetChecksum
{
    /// <summary>Partial sum of <paramref name="bytes"/>; an odd last byte counts as the high half of a word.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        if (Vector256.IsHardwareAccelerated && bytes.Length >= 64)
        {
            // 32-bit words in 64-bit lanes: no carry can be lost below 16 GB.
            var lanes = Vector256<ulong>.Zero;
            var vectors = MemoryMarshal.Cast<byte, Vector256<uint>>(bytes);
            foreach (ref readonly var vector in vectors) lanes += Vector256.WidenLower(vector) + Vector256.WidenUpper(vector);
            sum = Vector256.Sum(lanes);
            bytes = bytes[(vectors.Length * Vector256<byte>.Count)..];
        }

        while (bytes.Length >= 8)
        {
            var word = MemoryMarshal.Read<ulong>(bytes);
            sum += (word & uint.MaxValue) + (word >> 32);
            bytes = bytes[8..];
        }

        if (bytes.Length >= 4)
        {
            sum += MemoryMarshal.Read<uint>(bytes);
            bytes = bytes[4..];
        }

        if (bytes.Length >= 2)
        {
            sum += MemoryMarshal.Read<ushort>(bytes);
            bytes = bytes[2..];
        }

        if (bytes.Length == 1) sum += BitConverter.IsLittleEndian ? bytes[0] : (ulong)bytes[0] << 8;
        return sum;
    }

    /// <summary>Adds two partial sums with end-around carry.</summary>
    public static ulong Add(ulong left, ulong right)
    {
        var sum = left + right;
        return sum < left ? sum + 1 : sum;
    }

    /// <summary>Folds a partial sum and complements it: the checksum, in host order.</summary>
    public static ushort Finish(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        var folded = (ushort)~sum;
        return BitConverter.IsLittleEndian ? ReverseEndianness(folded) : folded;
    }

    public static ushort Compute(ReadOnlySpan<byte> bytes) => Finish(Sum(bytes));

    /// <summary>Partial sum of the pseudo-header of TCP and UDP over IPv4 (RFC 793 section 3.1, RFC 768).</summary>
    public static ulong PseudoHeader(Ipv4Address source, Ipv4Address destination, byte protocol, int length)
    {
        ulong sum = MemoryMarshal.Read<uint>(MemoryMarshal.AsBytes(new ReadOnlySpan<Ipv4Address>(in source)));
        sum += MemoryMarshal.Read<uint>(MemoryMarshal.AsBytes(new ReadOnlySpan<Ipv4Address>(in destination)));
        return sum + MemoryOrder((uint)length) + MemoryOrder(protocol);
    }

    /// <summary>Partial sum of the pseudo-header over IPv6 (RFC 8200 section 8.1).</summary>
    public static ulong PseudoHeader(Ipv6Address source, Ipv6Address destination, byte protocol, int length)
    {
        var sum = Sum(MemoryMarshal.AsBytes(new ReadOnlySpan<Ipv6Address>(in source)));
        sum += Sum(MemoryMarshal.AsBytes(new ReadOnlySpan<Ipv6Address>(in destination)));
        return sum + MemoryOrder((uint)length) + MemoryOrder(protocol);
    }

    /// <summary>
    /// The checksum after a 16-bit word at an even offset changed (RFC 1624 section 3, equation 3). All in host order.
    /// </summary>
    public static ushort Update(ushort checksum, ushort oldWord, ushort newWord)
    {
        var sum = (uint)(ushort)~checksum + (ushort)~oldWord + newWord;
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    public static ushort Update(ushort checksum, uint oldWord, uint newWord) =>
        Update(Update(checksum, (ushort)(oldWord >> 16), (ushort)(newWord >> 16)), (ushort)oldWord, (ushort)newWord);

    /// <summary>The same for a field of any even or odd length that begins at an even offset.</summary>
    public static ushort Update(ushort checksum, ReadOnlySpan<byte> oldBytes, ReadOnlySpan<byte> newBytes)
    {
        // ~HC + ~m + m': the complement of the old field's folded sum is Finish of it.
        var sum = (uint)(ushort)~checksum + Finish(Sum(oldBytes)) + (ushort)~Finish(Sum(newBytes));
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }

    /// <summary>Numbers enter a sum as they lie on the wire.</summary>
    private static ulong MemoryOrder(uint value)
    {
        var wire = BitConverter.IsLittleEndian ? ReverseEndianness(value) : value;
        return wire;
    }
}
