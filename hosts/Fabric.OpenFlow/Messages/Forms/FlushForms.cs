using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.OpenFlow;

/// <summary><c>NXT_CT_FLUSH</c>: connections by zone, protocol and tuples.</summary>
internal static class FlushForms
{
    private const ulong OriginalTuple = 0;
    private const ulong ReplyTuple = 1;
    private const ulong ZoneId = 2;

    private const ulong Source = 0;
    private const ulong Destination = 1;
    private const ulong SourcePort = 2;
    private const ulong DestinationPort = 3;
    private const ulong IcmpId = 4;
    private const ulong IcmpType = 5;
    private const ulong IcmpCode = 6;
    private const byte Icmp = 1;
    private const byte Icmpv6 = 58;
    private const int AddressSize = 16;

    public static OpenFlowMessage? Read(ref WireReader body, Decoding at)
    {
        byte protocol = body.U8();
        if (!body.SkipZeros(7)) return at.Fail(OpenFlowError.NxbrcMustBeZero);
        ushort? zone = null;
        var original = ConnectionFilterTuple.Any;
        var reply = ConnectionFilterTuple.Any;
        byte family = 0;
        while (MessageProperty.TryRead(ref body, at, out var property))
        {
            if (property.Type == OriginalTuple) original = ReadTuple(property, at, ref family);
            else if (property.Type == ReplyTuple) reply = ReadTuple(property, at, ref family);
            else if (property.Type == ZoneId) zone = property.U16(at);
        }
        return at.Error == OpenFlowError.None
            ? new CtFlushMessage(new ConnectionFilter(zone, protocol, original, reply) { IpVersion = family }) : null;
    }

    public static void Write(CtFlushMessage message, MessageWriter to)
    {
        to.Wire.U8(message.Filter.Protocol);
        to.Wire.Zeros(7);
        WriteTuple(message.Filter.Original, OriginalTuple, message.Filter.Protocol, to.Wire);
        WriteTuple(message.Filter.Reply, ReplyTuple, message.Filter.Protocol, to.Wire);
        if (message.Filter.Zone is { } zone) MessageProperty.WriteU16(to.Wire, ZoneId, zone);
    }

    private static ConnectionFilterTuple ReadTuple(MessageProperty property, Decoding at, ref byte family)
    {
        var tuple = ConnectionFilterTuple.Any;
        var reader = new WireReader(property.Nested(at));
        while (MessageProperty.TryRead(ref reader, at, out var part))
        {
            switch (part.Type)
            {
                case Source: tuple = tuple with { Source = ReadAddress(part, at, ref family) }; break;
                case Destination: tuple = tuple with { Destination = ReadAddress(part, at, ref family) }; break;
                case SourcePort or IcmpId: tuple = tuple with { SourcePort = part.U16(at) }; break;
                case DestinationPort: tuple = tuple with { DestinationPort = part.U16(at) }; break;
                case IcmpType: tuple = tuple with { IcmpType = part.U8(at) }; break;
                case IcmpCode: tuple = tuple with { IcmpCode = part.U8(at) }; break;
            }
        }
        return tuple;
    }

    /// <summary>All addresses of a request are of one family.</summary>
    private static Ipv6Address? ReadAddress(MessageProperty property, Decoding at, ref byte family)
    {
        if (property.Value.Length < AddressSize)
        {
            at.Refuse(OpenFlowError.BpcBadLen);
            return null;
        }
        var reader = new WireReader(property.Value);
        ulong high = reader.U64(), low = reader.U64();
        byte mine = high == 0 && low == 0 ? (byte)0 : high == 0 && low >> 32 == 0xffff ? (byte)4 : (byte)6;
        if (family != 0 && mine != 0 && family != mine) at.Refuse(OpenFlowError.BpcBadValue);
        family = mine;
        return mine == 0 ? null : new Ipv6Address(high, low);
    }

    private static void WriteTuple(ConnectionFilterTuple tuple, ulong type, byte protocol, WireWriter wire)
    {
        int start = MessageProperty.BeginNested(wire, type);
        int inner = wire.Size;
        WriteAddress(tuple.Source, Source, wire);
        WriteAddress(tuple.Destination, Destination, wire);
        if (protocol is Icmp or Icmpv6)
        {
            MessageProperty.WriteU16(wire, IcmpId, tuple.SourcePort ?? 0);
            MessageProperty.WriteU8(wire, IcmpType, tuple.IcmpType ?? 0);
            MessageProperty.WriteU8(wire, IcmpCode, tuple.IcmpCode ?? 0);
        }
        else
        {
            if (tuple.SourcePort is > 0) MessageProperty.WriteU16(wire, SourcePort, tuple.SourcePort.Value);
            if (tuple.DestinationPort is > 0) MessageProperty.WriteU16(wire, DestinationPort, tuple.DestinationPort.Value);
        }
        if (wire.Size == inner) wire.Truncate(start);
        else MessageProperty.End(wire, start);
    }

    private static void WriteAddress(Ipv6Address? address, ulong type, WireWriter wire)
    {
        if (address is not { } known) return;
        int start = MessageProperty.Begin(wire, type);
        wire.U64(known.High);
        wire.U64(known.Low);
        MessageProperty.End(wire, start);
    }
}
