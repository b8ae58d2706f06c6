namespace Fabric.OpenFlow;

/// <summary>Rules and their counters, in the five layouts there are.</summary>
internal static class RuleStatisticsForms
{
    private const int Size10 = 88;
    private const int Size11 = 48;
    private const int Size15 = 24;
    private const int SizeNx = 48;

    /// <summary>For forms that cannot say "unknown".</summary>
    public static ulong KnownOrZero(ulong count) => count == ulong.MaxValue ? 0 : count;

    public static OpenFlowMessage? Read10(ref WireReader body, Decoding at) => ReadAll(ref body, at, Size10, ReadOne10);

    public static OpenFlowMessage? ReadNx(ref WireReader body, Decoding at) => ReadAll(ref body, at, SizeNx, ReadOneNx);

    public static OpenFlowMessage? Read11(ref WireReader body, Decoding at) => ReadAll(ref body, at, Size11, ReadOne11);

    public static OpenFlowMessage? Read15(ref WireReader body, Decoding at) => ReadAll(ref body, at, Size15, ReadOne15);

    public static void Write10(RuleStatisticsReply reply, MessageWriter to) => WriteAll(reply, to, WriteOne10);

    public static void WriteNx(RuleStatisticsReply reply, MessageWriter to) => WriteAll(reply, to, WriteOneNx);

    public static void Write11(RuleStatisticsReply reply, MessageWriter to) => WriteAll(reply, to, WriteOne11);

    public static void Write15(RuleStatisticsReply reply, MessageWriter to) => WriteAll(reply, to, WriteOne15);

    private delegate RuleStatistics? ReadOne(ref WireReader entry, Decoding at);

    private static RuleStatisticsReply? ReadAll(ref WireReader body, Decoding at, int leastSize, ReadOne read)
    {
        List<RuleStatistics> rules = [];
        while (body.Remaining > 0)
        {
            int size = new WireReader(body.Rest).U16();
            if (size < leastSize || size > body.Remaining)
            {
                at.Refuse(OpenFlowError.BrcBadLen);
                return null;
            }
            var entry = new WireReader(body.Bytes(size));
            if (read(ref entry, at) is not { } rule) return null;
            if (entry.IsExhausted) at.Refuse(OpenFlowError.BrcBadLen);
            rules.Add(rule);
        }
        return new RuleStatisticsReply(rules);
    }

    private static void WriteAll(RuleStatisticsReply reply, MessageWriter to, Action<RuleStatistics, MessageWriter> write)
    {
        for (int i = reply.Place?.Next ?? 0; i < reply.Rules.Count; i++)
        {
            int start = to.Wire.Size;
            write(reply.Rules[i], to);
            int size = to.Wire.Size - start;
            if (size <= ushort.MaxValue) to.PatchSize(start);
            if (reply.Place is { } place && to.IsOverfull && to.FitsAlone(size))
            {
                to.Wire.Truncate(start);
                place.Next = i;
                return;
            }
            to.EndItem(start);
        }
        if (reply.Place is { } end) end.Next = reply.Rules.Count;
    }

    private static RuleStatistics? ReadOne10(ref WireReader entry, Decoding at)
    {
        byte table = ReadTable(ref entry);
        var match = WireMatch.ReadOf10(ref entry, out _);
        var duration = RuleRemovedForms.ReadDuration(ref entry);
        ushort priority = entry.U16(), idle = entry.U16(), hard = entry.U16();
        entry.Skip(6);
        ulong cookie = entry.U64(), packets = entry.U64(), bytes = entry.U64();
        if (!WireActions.TryReadInstructions(ref entry, entry.Remaining, at, out var actions)) return null;
        return new RuleStatistics
        {
            Match = match, Table = table, Duration = duration, Priority = priority, IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard,
            Cookie = cookie, PacketCount = packets, ByteCount = bytes, Actions = actions,
        };
    }

    private static void WriteOne10(RuleStatistics rule, MessageWriter to)
    {
        var wire = to.Wire;
        WriteTable(rule, wire);
        WireMatch.WriteOf10(rule.Match, to);
        RuleRemovedForms.WriteDuration(rule.Duration, wire);
        WritePriorityAndTimeouts(rule, wire);
        wire.Zeros(6);
        wire.U64(rule.Cookie);
        wire.U64(KnownOrZero(rule.PacketCount));
        wire.U64(KnownOrZero(rule.ByteCount));
        WireActions.WriteInstructions(rule.Actions, rule.Match, to);
    }

    private static RuleStatistics? ReadOneNx(ref WireReader entry, Decoding at)
    {
        byte table = ReadTable(ref entry);
        var duration = RuleRemovedForms.ReadDuration(ref entry);
        ushort priority = entry.U16(), idle = entry.U16(), hard = entry.U16();
        int matchSize = entry.U16();
        ushort idleAge = entry.U16(), hardAge = entry.U16();
        ulong cookie = entry.U64(), packets = entry.U64(), bytes = entry.U64();
        if (!WireMatch.TryReadNxm(ref entry, matchSize, at, out var match)) return null;
        if (!WireActions.TryReadInstructions(ref entry, entry.Remaining, at, out var actions)) return null;
        return new RuleStatistics
        {
            Match = match, Table = table, Duration = duration, Priority = priority, IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard,
            IdleAgeSeconds = idleAge - 1, HardAgeSeconds = hardAge - 1, Cookie = cookie, PacketCount = packets, ByteCount = bytes,
            Actions = actions,
        };
    }

    private static void WriteOneNx(RuleStatistics rule, MessageWriter to)
    {
        var wire = to.Wire;
        WriteTable(rule, wire);
        RuleRemovedForms.WriteDuration(rule.Duration, wire);
        WritePriorityAndTimeouts(rule, wire);
        int lengthAt = wire.Size;
        wire.Zeros(2);
        wire.U16(AgePlusOne(rule.IdleAgeSeconds));
        wire.U16(AgePlusOne(rule.HardAgeSeconds));
        wire.U64(rule.Cookie);
        wire.U64(rule.PacketCount);
        wire.U64(rule.ByteCount);
        wire.PatchU16(lengthAt, (ushort)WireMatch.WriteNxm(rule.Match, to));
        WireActions.WriteInstructions(rule.Actions, rule.Match, to);
    }

    private static RuleStatistics? ReadOne11(ref WireReader entry, Decoding at)
    {
        byte table = ReadTable(ref entry);
        var duration = RuleRemovedForms.ReadDuration(ref entry);
        ushort priority = entry.U16(), idle = entry.U16(), hard = entry.U16(), bits = entry.U16(), importance = entry.U16();
        entry.Skip(2);
        ulong cookie = entry.U64(), packets = entry.U64(), bytes = entry.U64();
        if (!WireMatch.TryReadOxm(ref entry, at, out var match)) return null;
        var flags = FlowModFlags.None;
        if (at.Version >= OpenFlowVersion.V13 && !RuleForms.TryDecodeFlags(bits, null, at.Version, out flags))
        {
            at.Refuse(OpenFlowError.FmfcBadFlags);
            return null;
        }
        if (!WireActions.TryReadInstructions(ref entry, entry.Remaining, at, out var actions)) return null;
        return new RuleStatistics
        {
            Match = match, Table = table, Duration = duration, Priority = priority, IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard,
            Importance = at.Version >= OpenFlowVersion.V14 ? importance : (ushort)0, Flags = flags, Cookie = cookie, PacketCount = packets,
            ByteCount = bytes, Actions = actions,
        };
    }

    private static void WriteOne11(RuleStatistics rule, MessageWriter to)
    {
        var wire = to.Wire;
        WriteTable(rule, wire);
        RuleRemovedForms.WriteDuration(rule.Duration, wire);
        WritePriorityAndTimeouts(rule, wire);
        wire.U16(to.Version >= OpenFlowVersion.V13 ? RuleForms.EncodeFlags(rule.Flags, to.Version) : (ushort)0);
        wire.U16(to.Version >= OpenFlowVersion.V14 ? rule.Importance : (ushort)0);
        wire.Zeros(2);
        wire.U64(rule.Cookie);
        wire.U64(KnownOrZero(rule.PacketCount));
        wire.U64(KnownOrZero(rule.ByteCount));
        // OVS writes an OXM match here also in OpenFlow 1.1.
        WireMatch.WriteOxm(rule.Match, to);
        WireActions.WriteInstructions(rule.Actions, rule.Match, to);
    }

    private static RuleStatistics? ReadOne15(ref WireReader entry, Decoding at)
    {
        entry.Skip(4);
        byte table = entry.U8();
        entry.Skip(1);
        ushort priority = entry.U16(), idle = entry.U16(), hard = entry.U16(), bits = entry.U16(), importance = entry.U16();
        ulong cookie = entry.U64();
        if (!WireMatch.TryReadOxm(ref entry, at, out var match)) return null;
        if (!RuleForms.TryDecodeFlags(bits, null, at.Version, out var flags)) at.Refuse(OpenFlowError.FmfcBadFlags);
        if (!WireStatistics.TryRead(ref entry, at, out var statistics) || at.Error != OpenFlowError.None) return null;
        if (!WireActions.TryReadInstructions(ref entry, entry.Remaining, at, out var actions)) return null;
        return new RuleStatistics
        {
            Match = match, Table = table, Priority = priority, IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard, Flags = flags,
            Importance = importance, Cookie = cookie, Duration = statistics.Duration, PacketCount = statistics.PacketCount,
            ByteCount = statistics.ByteCount, IdleAgeSeconds = (int)statistics.IdleSeconds, Actions = actions,
        };
    }

    private static void WriteOne15(RuleStatistics rule, MessageWriter to)
    {
        var wire = to.Wire;
        wire.Zeros(4);
        wire.U8(rule.Table);
        wire.Zeros(1);
        WritePriorityAndTimeouts(rule, wire);
        wire.U16(RuleForms.EncodeFlags(rule.Flags, to.Version));
        wire.U16(rule.Importance);
        wire.U64(rule.Cookie);
        WireMatch.WriteOxm(rule.Match, to);
        new WireStatistics
        {
            Duration = rule.Duration, IdleSeconds = (uint)rule.IdleAgeSeconds, PacketCount = rule.PacketCount, ByteCount = rule.ByteCount,
        }.Write(wire);
        WireActions.WriteInstructions(rule.Actions, rule.Match, to);
    }

    /// <summary>What layouts before OpenFlow 1.5 begin with: a size that is set at the end, and the table.</summary>
    private static void WriteTable(RuleStatistics rule, WireWriter wire)
    {
        wire.Zeros(2);
        wire.U8(rule.Table);
        wire.Zeros(1);
    }

    private static byte ReadTable(ref WireReader entry)
    {
        entry.Skip(2);
        byte table = entry.U8();
        entry.Skip(1);
        return table;
    }

    private static void WritePriorityAndTimeouts(RuleStatistics rule, WireWriter wire)
    {
        wire.U16(rule.Priority);
        wire.U16(rule.IdleTimeoutSeconds);
        wire.U16(rule.HardTimeoutSeconds);
    }

    private static ushort AgePlusOne(int seconds) => (ushort)Math.Min(seconds + 1, ushort.MaxValue);
}
