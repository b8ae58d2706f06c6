namespace Fabric.OpenFlow;

/// <summary>Rules that went.</summary>
internal static class RuleRemovedForms
{
    private const byte UnknownTable = 255;

    public static OpenFlowMessage? Read10(ref WireReader body, Decoding at)
    {
        var match = WireMatch.ReadOf10(ref body, out _);
        ulong cookie = body.U64();
        ushort priority = body.U16();
        var reason = (RuleRemovalReason)body.U8();
        body.Skip(1);
        var duration = ReadDuration(ref body);
        ushort idle = body.U16();
        body.Skip(2);
        return new FlowRemovedMessage
        {
            Match = match, Cookie = cookie, Priority = priority, Reason = reason, Table = UnknownTable, Duration = duration,
            IdleTimeoutSeconds = idle, PacketCount = body.U64(), ByteCount = body.U64(),
        };
    }

    public static void Write10(FlowRemovedMessage message, MessageWriter to)
    {
        var wire = to.Wire;
        WireMatch.WriteOf10(message.Match, to);
        wire.U64(message.Cookie);
        wire.U16(message.Priority);
        wire.U8(ReasonIn(message.Reason, to.Version));
        wire.Zeros(1);
        WriteDuration(message.Duration, wire);
        wire.U16(message.IdleTimeoutSeconds);
        wire.Zeros(2);
        wire.U64(RuleStatisticsForms.KnownOrZero(message.PacketCount));
        wire.U64(RuleStatisticsForms.KnownOrZero(message.ByteCount));
    }

    public static OpenFlowMessage? ReadNx(ref WireReader body, Decoding at)
    {
        ulong cookie = body.U64();
        ushort priority = body.U16();
        var reason = (RuleRemovalReason)body.U8();
        byte table = body.U8();
        var duration = ReadDuration(ref body);
        ushort idle = body.U16();
        int matchSize = body.U16();
        ulong packets = body.U64(), bytes = body.U64();
        if (!WireMatch.TryReadNxm(ref body, matchSize, at, out var match)) return null;
        return new FlowRemovedMessage
        {
            Match = match, Cookie = cookie, Priority = priority, Reason = reason, Table = (byte)(table - 1), Duration = duration,
            IdleTimeoutSeconds = idle, PacketCount = packets, ByteCount = bytes,
        };
    }

    public static void WriteNx(FlowRemovedMessage message, MessageWriter to)
    {
        var wire = to.Wire;
        wire.U64(message.Cookie);
        wire.U16(message.Priority);
        wire.U8(ReasonIn(message.Reason, to.Version));
        wire.U8((byte)(message.Table + 1));
        WriteDuration(message.Duration, wire);
        wire.U16(message.IdleTimeoutSeconds);
        int lengthAt = wire.Size;
        wire.Zeros(2);
        wire.U64(message.PacketCount);
        wire.U64(message.ByteCount);
        wire.PatchU16(lengthAt, (ushort)WireMatch.WriteNxm(message.Match, to));
    }

    public static OpenFlowMessage? Read11(ref WireReader body, Decoding at)
    {
        ulong cookie = body.U64();
        ushort priority = body.U16();
        var reason = (RuleRemovalReason)body.U8();
        byte table = body.U8();
        var duration = ReadDuration(ref body);
        ushort idle = body.U16(), hard = body.U16();
        ulong packets = body.U64(), bytes = body.U64();
        if (!WireMatch.TryReadOxm(ref body, at, out var match)) return null;
        return new FlowRemovedMessage
        {
            Match = match, Cookie = cookie, Priority = priority, Reason = reason, Table = table, Duration = duration,
            IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard, PacketCount = packets, ByteCount = bytes,
        };
    }

    public static void Write11(FlowRemovedMessage message, MessageWriter to)
    {
        var wire = to.Wire;
        wire.U64(message.Cookie);
        wire.U16(message.Priority);
        wire.U8(ReasonIn(message.Reason, to.Version));
        wire.U8(message.Table);
        WriteDuration(message.Duration, wire);
        wire.U16(message.IdleTimeoutSeconds);
        wire.U16(message.HardTimeoutSeconds);
        wire.U64(message.PacketCount);
        wire.U64(message.ByteCount);
        WireMatch.WriteMatch(message.Match, to);
    }

    public static OpenFlowMessage? Read15(ref WireReader body, Decoding at)
    {
        byte table = body.U8();
        var reason = (RuleRemovalReason)body.U8();
        ushort priority = body.U16(), idle = body.U16(), hard = body.U16();
        ulong cookie = body.U64();
        if (!WireMatch.TryReadOxm(ref body, at, out var match)) return null;
        if (!WireStatistics.TryRead(ref body, at, out var statistics)) return null;
        return new FlowRemovedMessage
        {
            Match = match, Cookie = cookie, Priority = priority, Reason = reason, Table = table, Duration = statistics.Duration,
            IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard, PacketCount = statistics.PacketCount, ByteCount = statistics.ByteCount,
        };
    }

    public static void Write15(FlowRemovedMessage message, MessageWriter to)
    {
        var wire = to.Wire;
        wire.U8(message.Table);
        wire.U8(ReasonIn(message.Reason, to.Version));
        wire.U16(message.Priority);
        wire.U16(message.IdleTimeoutSeconds);
        wire.U16(message.HardTimeoutSeconds);
        wire.U64(message.Cookie);
        WireMatch.WriteMatch(message.Match, to);
        new WireStatistics { Duration = message.Duration, PacketCount = message.PacketCount, ByteCount = message.ByteCount }.Write(wire);
    }

    public static RuleDuration ReadDuration(ref WireReader body) => new(body.U32(), body.U32());

    public static void WriteDuration(RuleDuration duration, WireWriter wire)
    {
        wire.U32(duration.Seconds);
        wire.U32(duration.Nanoseconds);
    }

    private static byte ReasonIn(RuleRemovalReason reason, OpenFlowVersion version) =>
        (byte)(reason == RuleRemovalReason.MeterDelete && version < OpenFlowVersion.V14 ? RuleRemovalReason.Delete : reason);
}
