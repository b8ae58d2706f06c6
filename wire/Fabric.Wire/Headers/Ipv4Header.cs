using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Wire;

/// <summary>An IPv4 header without options. <see cref="Emit"/> computes the checksum.</summary>
/// <param name="PayloadSize">Bytes after the header.</param>
/// <param name="FragmentOffset">Bytes, a multiple of 8.</param>
public readonly record struct Ipv4Header(
    Ipv4Address Source, Ipv4Address Destination, byte Protocol, int PayloadSize, byte Ttl = 64, byte Tos = 0, ushort Identification = 0,
    bool DontFragment = false, bool MoreFragments = false, int FragmentOffset = 0)
{
    /// <summary>Options, if any, are left out.</summary>
    public static Ipv4Header Parse(Ipv4View view) =>
        new(view.Source, view.Destination, view.Protocol, view.TotalLength - view.HeaderSize, view.Ttl, view.Tos, view.Identification,
            view.DontFragment, view.MoreFragments, view.FragmentOffset);

    /// <summary>Writes 20 bytes.</summary>
    public void Emit(Span<byte> destination)
    {
        var header = destination[..Ipv4View.MinSize];
        header[0] = 0x45;
        header[1] = Tos;
        WriteUInt16BigEndian(header[2..], (ushort)(PayloadSize + Ipv4View.MinSize));
        WriteUInt16BigEndian(header[4..], Identification);
        WriteUInt16BigEndian(header[6..], (ushort)((DontFragment ? 0x4000 : 0) | (MoreFragments ? 0x2000 : 0) | FragmentOffset >> 3));
        header[8] = Ttl;
        header[9] = Protocol;
        WriteUInt16BigEndian(header[10..], 0);
        Source.Write(header[12..]);
        Destination.Write(header[16..]);
        WriteUInt16BigEndian(header[10..], InternetChecksum.Compute(header));
    }
}
