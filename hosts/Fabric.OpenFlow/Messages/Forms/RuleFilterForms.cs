using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Questions about rules, and the sum of their counters.</summary>
internal static class RuleFilterForms
{
    public static OpenFlowMessage? ReadEach10(ref WireReader body, Decoding at) => Each(Read10(ref body));

    public static OpenFlowMessage? ReadSum10(ref WireReader body, Decoding at) => Sum(Read10(ref body));

    public static OpenFlowMessage? ReadEachNx(ref WireReader body, Decoding at) => Each(ReadNx(ref body, at));

    public static OpenFlowMessage? ReadSumNx(ref WireReader body, Decoding at) => Sum(ReadNx(ref body, at));

    public static OpenFlowMessage? ReadEach11(ref WireReader body, Decoding at) => Each(Read11(ref body, at));

    public static OpenFlowMessage? ReadSum11(ref WireReader body, Decoding at) => Sum(Read11(ref body, at));

    public static void WriteEach10(RuleStatisticsRequest message, MessageWriter to) => Write10(message.Filter, to);

    public static void WriteSum10(AggregateRequest message, MessageWriter to) => Write10(message.Filter, to);

    public static void WriteEachNx(RuleStatisticsRequest message, MessageWriter to) => WriteNx(message.Filter, to);

    public static void WriteSumNx(AggregateRequest message, MessageWriter to) => WriteNx(message.Filter, to);

    public static void WriteEach11(RuleStatisticsRequest message, MessageWriter to) => Write11(message.Filter, to);

    public static void WriteSum11(AggregateRequest message, MessageWriter to) => Write11(message.Filter, to);

    public static OpenFlowMessage ReadAggregate(ref WireReader body, Decoding at)
    {
        var reply = new AggregateReply(body.U64(), body.U64(), body.U32());
        body.Skip(4);
        return reply;
    }

    public static void WriteAggregate(AggregateReply reply, MessageWriter to)
    {
        // OpenFlow 1.0 has no "unknown", Nicira's form has.
        bool knowsUnknown = to.Form.IsExtension || to.Version > OpenFlowVersion.V10;
        to.Wire.U64(knowsUnknown ? reply.PacketCount : RuleStatisticsForms.KnownOrZero(reply.PacketCount));
        to.Wire.U64(knowsUnknown ? reply.ByteCount : RuleStatisticsForms.KnownOrZero(reply.ByteCount));
        to.Wire.U32(reply.RuleCount);
        to.Wire.Zeros(4);
    }

    public static OpenFlowMessage? ReadAggregate15(ref WireReader body, Decoding at) =>
        WireStatistics.TryRead(ref body, at, out var statistics)
            ? new AggregateReply(statistics.PacketCount, statistics.ByteCount, statistics.RuleCount) : null;

    public static void WriteAggregate15(AggregateReply reply, MessageWriter to) => new WireStatistics
    {
        PacketCount = reply.PacketCount, ByteCount = reply.ByteCount, RuleCount = reply.RuleCount,
    }.Write(to.Wire);

    private static RuleStatisticsRequest? Each(RuleFilter? filter) => filter is null ? null : new RuleStatisticsRequest(filter);

    private static AggregateRequest? Sum(RuleFilter? filter) => filter is null ? null : new AggregateRequest(filter);

    private static RuleFilter Read10(ref WireReader body)
    {
        var match = WireMatch.ReadOf10(ref body, out _);
        byte table = body.U8();
        body.Skip(1);
        return new RuleFilter { Match = match, Table = table, OutPort = new OfpPort(body.U16()) };
    }

    private static void Write10(RuleFilter filter, MessageWriter to)
    {
        WireMatch.WriteOf10(filter.Match, to);
        to.Wire.U8(filter.Table);
        to.Wire.Zeros(1);
        to.Wire.U16(filter.OutPort.Value);
    }

    private static RuleFilter? ReadNx(ref WireReader body, Decoding at)
    {
        var port = new OfpPort(body.U16());
        int matchSize = body.U16();
        byte table = body.U8();
        body.Skip(3);
        if (!WireMatch.TryReadNxm(ref body, matchSize, at, out var match, out ulong cookie, out ulong mask)) return null;
        return new RuleFilter { Match = match, Table = table, OutPort = port, Cookie = cookie, CookieMask = mask };
    }

    private static void WriteNx(RuleFilter filter, MessageWriter to)
    {
        to.Wire.U16(filter.OutPort.Value);
        int lengthAt = to.Wire.Size;
        to.Wire.Zeros(2);
        to.Wire.U8(filter.Table);
        to.Wire.Zeros(3);
        to.Wire.PatchU16(lengthAt, (ushort)WireMatch.WriteNxm(filter.Match, to, filter.Cookie, filter.CookieMask));
    }

    private static RuleFilter? Read11(ref WireReader body, Decoding at)
    {
        byte table = body.U8();
        body.Skip(3);
        var port = WirePort.Read(ref body, at);
        uint group = body.U32();
        body.Skip(4);
        ulong cookie = body.U64(), mask = body.U64();
        if (at.Error != OpenFlowError.None || !WireMatch.TryReadOxm(ref body, at, out var match)) return null;
        // OVS does not look at what stands behind the match.
        body.Skip(body.Remaining);
        return new RuleFilter { Match = match, Table = table, OutPort = port, OutGroup = group, Cookie = cookie, CookieMask = mask };
    }

    private static void Write11(RuleFilter filter, MessageWriter to)
    {
        var wire = to.Wire;
        wire.U8(filter.Table);
        wire.Zeros(3);
        wire.U32(WirePort.Widen(filter.OutPort));
        wire.U32(filter.OutGroup);
        wire.Zeros(4);
        wire.U64(filter.Cookie);
        wire.U64(filter.CookieMask);
        WireMatch.WriteMatch(filter.Match, to);
    }
}
