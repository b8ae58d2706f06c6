using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>Corrects a transport checksum after a change of the pseudo-header. ICMP over IPv4 and SCTP have none.</summary>
internal static class PseudoHeader
{
    private const byte UdpLite = 136;

    public static void Apply(ChecksumDelta delta, Span<byte> bytes, ref PacketLayout layout)
    {
        if (layout.Layer4 < 0) return;
        var header = bytes[layout.Layer4..layout.End];
        switch (layout.Proto)
        {
            case IpProtocol.Tcp when header.Length >= 20:
                delta.Apply(header[16..]);
                break;
            case IpProtocol.Udp when header.Length >= 8:
                delta.ApplyUdp(header[6..]);
                break;
            case UdpLite when header.Length >= 8:
                delta.Apply(header[6..]);
                break;
            case IpProtocol.Icmpv6 when layout.EthType == EtherType.Ipv6 && header.Length >= 4:
                delta.Apply(header[2..]);
                break;
        }
    }
}

internal sealed class Ipv4Patch(ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private readonly FieldPatch _source = new(value.NwSource.Value, mask.NwSource.Value);
    private readonly FieldPatch _destination = new(value.NwDestination.Value, mask.NwDestination.Value);
    private readonly FieldPatch _tos = new(value.NwTos, mask.NwTos);
    private readonly FieldPatch _ttl = new(value.NwTtl, mask.NwTtl);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.EthType != EtherType.Ipv4 || layout.Layer3 < 0) return;
        var bytes = frame.Bytes;
        var header = bytes[layout.Layer3..];
        var addresses = default(ChecksumDelta);
        Patch(header[12..], _source, ref addresses);
        Patch(header[16..], _destination, ref addresses);

        var own = addresses;
        var first = ReadUInt16BigEndian(header);
        header[1] = _tos.Of(header[1]);
        own.Replace(first, ReadUInt16BigEndian(header));
        var ttlAndProto = ReadUInt16BigEndian(header[8..]);
        header[8] = _ttl.Of(header[8]);
        own.Replace(ttlAndProto, ReadUInt16BigEndian(header[8..]));

        own.Apply(header[10..]);
        PseudoHeader.Apply(addresses, bytes, ref layout);
    }

    private static void Patch(Span<byte> field, FieldPatch patch, ref ChecksumDelta delta)
    {
        var old = ReadUInt32BigEndian(field);
        var @new = patch.Of(old);
        delta.Replace(old, @new);
        WriteUInt32BigEndian(field, @new);
    }
}

internal sealed class Ipv6Patch(ref FlowKey value, ref FlowKey mask) : HeaderPatch
{
    private readonly AddressPatch _source = new(value.Ipv6Source, mask.Ipv6Source);
    private readonly AddressPatch _destination = new(value.Ipv6Destination, mask.Ipv6Destination);
    private readonly FieldPatch _trafficClassAndLabel = new(
        ((uint)value.NwTos << 20) | (value.Ipv6Label & 0xf_ffff), ((uint)mask.NwTos << 20) | (mask.Ipv6Label & 0xf_ffff));
    private readonly FieldPatch _hopLimit = new(value.NwTtl, mask.NwTtl);

    public override void Apply(Frame frame, ref PacketLayout layout)
    {
        if (layout.EthType != EtherType.Ipv6 || layout.Layer3 < 0) return;
        var bytes = frame.Bytes;
        var header = bytes[layout.Layer3..];
        WriteUInt32BigEndian(header, _trafficClassAndLabel.Of(ReadUInt32BigEndian(header)));
        header[7] = _hopLimit.Of(header[7]);

        var delta = default(ChecksumDelta);
        var old = Ipv6Address.Read(header[8..]);
        var @new = _source.Of(old);
        delta.Replace(old, @new);
        @new.Write(header[8..]);

        old = Ipv6Address.Read(header[24..]);
        @new = _destination.Of(old);
        if (!layout.HasRoutingHeader) delta.Replace(old, @new);
        @new.Write(header[24..]);
        PseudoHeader.Apply(delta, bytes, ref layout);
    }
}
