using System.Numerics;
using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>Ports of TCP, UDP or SCTP.</summary>
internal sealed class PortPatch(byte proto, ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private readonly FieldPatch _source = new(value.TpSource, mask.TpSource);
    private readonly FieldPatch _destination = new(value.TpDestination, mask.TpDestination);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.Layer4 < 0 || layout.Proto != proto) return;
        var header = frame.Bytes[layout.Layer4..layout.End];
        if (header.Length < (proto == IpProtocol.Tcp ? 20 : proto == IpProtocol.Sctp ? 12 : 8)) return;

        var old = ReadUInt32BigEndian(header);
        var @new = ((uint)_source.Of((ushort)(old >> 16)) << 16) | _destination.Of((ushort)old);
        if (proto == IpProtocol.Sctp)
        {
            SetSctp(header, @new);
            return;
        }

        var delta = default(ChecksumDelta);
        delta.Replace(old, @new);
        WriteUInt32BigEndian(header, @new);
        if (proto == IpProtocol.Tcp) delta.Apply(header[16..]);
        else delta.ApplyUdp(header[6..]);
    }

    /// <summary>
    /// SCTP's CRC covers the whole packet. As in OVS (<c>lib/packets.c packet_set_sctp_port</c>) a wrong CRC stays wrong: the difference
    /// between found and right is carried over.
    /// </summary>
    private static void SetSctp(Span<byte> packet, uint ports)
    {
        var found = ReadUInt32LittleEndian(packet[8..]);
        var right = Crc(packet);
        WriteUInt32BigEndian(packet, ports);
        WriteUInt32LittleEndian(packet[8..], found ^ right ^ Crc(packet));
    }

    /// <summary>CRC32c with the checksum field taken as zero (RFC 9260 appendix A).</summary>
    private static uint Crc(Span<byte> packet)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < packet.Length; i++) crc = BitOperations.Crc32C(crc, i is >= 8 and < 12 ? (byte)0 : packet[i]);
        return ~crc;
    }
}

/// <summary>Type and code of ICMP or ICMPv6, which the flow key holds in the port fields.</summary>
internal sealed class IcmpPatch(byte proto, ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private readonly FieldPatch _type = new(value.TpSource, mask.TpSource);
    private readonly FieldPatch _code = new(value.TpDestination, mask.TpDestination);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.Layer4 < 0 || layout.Proto != proto) return;
        var header = frame.Bytes[layout.Layer4..layout.End];
        if (header.Length < 4) return;
        var old = ReadUInt16BigEndian(header);
        header[0] = _type.Of(header[0]);
        header[1] = _code.Of(header[1]);
        var delta = default(ChecksumDelta);
        delta.Replace(old, ReadUInt16BigEndian(header));
        delta.Apply(header[2..]);
    }
}

/// <summary>
/// Target and link-layer address options of neighbour solicitations and advertisements (RFC 4861 sections 4.3, 4.4 and 4.6.1).
/// </summary>
internal sealed class NeighbourPatch(ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private const byte SourceLinkLayer = 1, TargetLinkLayer = 2;

    private readonly AddressPatch _target = new(value.NdTarget, mask.NdTarget);
    private readonly FieldPatch _source = new(value.ArpSourceHardware.Value, mask.ArpSourceHardware.Value);
    private readonly FieldPatch _targetHardware = new(value.ArpTargetHardware.Value, mask.ArpTargetHardware.Value);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.EthType != EtherType.Ipv6 || layout.Layer4 < 0 || layout.Proto != IpProtocol.Icmpv6) return;
        var header = frame.Bytes[layout.Layer4..layout.End];
        if (header.Length < 24 || header[0] is not (Icmpv6View.NeighbourSolicitation or Icmpv6View.NeighbourAdvertisement)) return;

        var delta = default(ChecksumDelta);
        var oldTarget = Ipv6Address.Read(header[8..]);
        var newTarget = _target.Of(oldTarget);
        delta.Replace(oldTarget, newTarget);
        newTarget.Write(header[8..]);

        for (var options = header[24..]; options.Length >= 8; options = options[(options[1] * 8)..])
        {
            if (options[1] == 0 || options.Length < options[1] * 8) break;
            if (options[1] != 1) continue;
            if (options[0] == SourceLinkLayer) Patch(options[2..], _source, ref delta);
            else if (options[0] == TargetLinkLayer) Patch(options[2..], _targetHardware, ref delta);
        }

        delta.Apply(header[2..]);
    }

    private static void Patch(Span<byte> field, FieldPatch patch, ref ChecksumDelta delta)
    {
        var old = MacAddress.Read(field);
        var @new = new MacAddress(patch.Of(old.Value));
        delta.Replace(old, @new);
        @new.Write(field);
    }
}

/// <summary>The reserved field of neighbour discovery, and the type of the first option (OVS: <c>packet_set_nd_ext</c>).</summary>
internal sealed class NeighbourExtensionsPatch(ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private readonly FieldPatch _reserved = new(value.NdReserved, mask.NdReserved);
    private readonly FieldPatch _type = new(value.NdOptionsType, mask.NdOptionsType);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        const int optionsOffset = 24;
        if (layout.EthType != EtherType.Ipv6 || layout.Layer4 < 0 || layout.Proto != IpProtocol.Icmpv6) return;
        var header = frame.Bytes[layout.Layer4..layout.End];
        if (header.Length < optionsOffset) return;
        if (header[0] is not (Icmpv6View.NeighbourSolicitation or Icmpv6View.NeighbourAdvertisement)) return;
        var delta = default(ChecksumDelta);
        var reserved = ReadUInt32BigEndian(header[4..]);
        delta.Replace(reserved, _reserved.Of(reserved));
        WriteUInt32BigEndian(header[4..], _reserved.Of(reserved));
        if (header.Length > optionsOffset + 1)
        {
            var before = ReadUInt16BigEndian(header[optionsOffset..]);
            header[optionsOffset] = _type.Of(header[optionsOffset]);
            delta.Replace(before, ReadUInt16BigEndian(header[optionsOffset..]));
        }

        delta.Apply(header[2..]);
    }
}
