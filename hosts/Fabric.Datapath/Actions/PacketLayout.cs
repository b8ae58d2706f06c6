using System.Buffers.Binary;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Where the headers of a packet begin, as offsets into <see cref="Frame.Bytes"/>; −1 for a header that is not there or not whole.
/// </summary>
internal struct PacketLayout
{
    /// <summary>Offset of the EtherType that names layer 3: after all VLAN tags. −1 for a packet without Ethernet header.</summary>
    public int EthTypeOffset;

    /// <summary>What follows <see cref="EthTypeOffset"/>.</summary>
    public ushort EthType;

    /// <summary>Outermost VLAN tag (its TPID).</summary>
    public int VlanOffset;

    /// <summary>First MPLS label stack entry, or the first byte of layer 3.</summary>
    public int Layer3;

    public int Layer4;
    public byte Proto;

    /// <summary>Offset behind the packet as the IP header says; what follows is Ethernet padding.</summary>
    public int End;

    /// <summary>A fragment with a non-zero offset has no layer-4 header, and its checksum lies in another packet.</summary>
    public bool IsLaterFragment;

    /// <summary>An IPv6 routing header with segments left: the checksum covers the last destination, not the one in the header.</summary>
    public bool HasRoutingHeader;

    /// <param name="layer3Type">0 for an Ethernet frame, else the EtherType of a packet that begins with layer 3.</param>
    public static PacketLayout Of(ReadOnlySpan<byte> bytes, ushort layer3Type)
    {
        var layout = new PacketLayout { EthTypeOffset = -1, VlanOffset = -1, Layer3 = -1, Layer4 = -1 };
        if (layer3Type != 0)
        {
            layout.EthType = layer3Type;
            layout.Layer3 = 0;
        }
        else
        {
            if (bytes.Length < 14) return layout;
            layout.EthTypeOffset = 12;
            layout.EthType = BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]);
            while (layout.EthType is EtherType.Vlan or EtherType.ServiceVlan && bytes.Length >= layout.EthTypeOffset + 6)
            {
                if (layout.VlanOffset < 0) layout.VlanOffset = layout.EthTypeOffset;
                layout.EthTypeOffset += 4;
                layout.EthType = BinaryPrimitives.ReadUInt16BigEndian(bytes[layout.EthTypeOffset..]);
            }

            layout.Layer3 = layout.EthTypeOffset + 2;
        }

        if (layout.EthType == EtherType.Ipv4) layout.LocateIpv4(bytes);
        else if (layout.EthType == EtherType.Ipv6) layout.LocateIpv6(bytes);
        return layout;
    }

    private void LocateIpv4(ReadOnlySpan<byte> bytes)
    {
        var header = bytes[Layer3..];
        var size = header.Length < 20 ? 0 : (header[0] & 0xf) * 4;
        if (size < 20 || header.Length < size || header[0] >> 4 != 4)
        {
            Layer3 = -1;
            return;
        }

        Proto = header[9];
        End = Math.Min(bytes.Length, Layer3 + Math.Max(size, ReadLength(header[2..])));
        IsLaterFragment = (BinaryPrimitives.ReadUInt16BigEndian(header[6..]) & 0x1fff) != 0;
        if (!IsLaterFragment && Layer3 + size <= End) Layer4 = Layer3 + size;
    }

    private static bool IsExtension(byte next) => next is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment
        or IpProtocol.AuthenticationHeader or IpProtocol.DestinationOptions;

    private static int ReadLength(ReadOnlySpan<byte> field) => BinaryPrimitives.ReadUInt16BigEndian(field);

    private void LocateIpv6(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Layer3 + 40 || bytes[Layer3] >> 4 != 6)
        {
            Layer3 = -1;
            return;
        }

        End = Math.Min(bytes.Length, Layer3 + 40 + ReadLength(bytes[(Layer3 + 4)..]));
        var next = bytes[Layer3 + 6];
        var offset = Layer3 + 40;
        while (IsExtension(next))
        {
            if (End < offset + 8) return;
            var size = next switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.AuthenticationHeader => (bytes[offset + 1] + 2) * 4,
                _ => (bytes[offset + 1] + 1) * 8,
            };
            if (next == IpProtocol.Routing && bytes[offset + 3] != 0) HasRoutingHeader = true;
            if (next == IpProtocol.Fragment) IsLaterFragment = (ReadLength(bytes[(offset + 2)..]) & 0xfff8) != 0;
            next = bytes[offset];
            offset += size;
            if (IsLaterFragment) break;
        }

        Proto = next;
        if (!IsLaterFragment && offset <= End) Layer4 = offset;
    }
}
