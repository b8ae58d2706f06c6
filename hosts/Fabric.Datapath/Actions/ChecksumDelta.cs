using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Collects replaced 16-bit words and then corrects an Internet checksum by them, whole packet untouched (RFC 1624, equation 3:
/// <c>HC' = ~(~HC + ~m + m')</c>). Words must be taken at even offsets of what the checksum covers.
/// </summary>
internal struct ChecksumDelta
{
    private ulong _sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Replace(ushort old, ushort @new) => _sum += (ulong)(ushort)~old + @new;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Replace(uint old, uint @new) => _sum += (ulong)~old + @new;

    public void Replace(Ipv6Address old, Ipv6Address @new)
    {
        Replace((uint)(old.High >> 32), (uint)(@new.High >> 32));
        Replace((uint)old.High, (uint)@new.High);
        Replace((uint)(old.Low >> 32), (uint)(@new.Low >> 32));
        Replace((uint)old.Low, (uint)@new.Low);
    }

    public void Replace(MacAddress old, MacAddress @new)
    {
        Replace((ushort)(old.Value >> 32), (ushort)(@new.Value >> 32));
        Replace((uint)old.Value, (uint)@new.Value);
    }

    public readonly bool IsEmpty => _sum == 0;

    /// <param name="field">Two bytes, network order.</param>
    public readonly void Apply(Span<byte> field)
    {
        var sum = _sum + (ushort)~BinaryPrimitives.ReadUInt16BigEndian(field);
        sum = (sum & 0xffff_ffff) + (sum >> 32);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)~sum);
    }

    /// <summary>UDP: a zero checksum means "none" and stays; a computed zero is sent as 0xffff (RFC 768).</summary>
    public readonly void ApplyUdp(Span<byte> field)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(field) == 0) return;
        Apply(field);
        if (BinaryPrimitives.ReadUInt16BigEndian(field) == 0) BinaryPrimitives.WriteUInt16BigEndian(field, 0xffff);
    }
}
