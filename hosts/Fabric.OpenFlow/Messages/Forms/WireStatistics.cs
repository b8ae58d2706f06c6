namespace Fabric.OpenFlow;

/// <summary>Counters as OpenFlow 1.5 writes them, each by a number (OXS; OVS: <c>lib/ox-stat.c</c>). Unknown ones are left out.</summary>
internal readonly record struct WireStatistics()
{
    private const uint BasicClass = 0x8002;
    private const uint DurationField = 0;
    private const uint IdleField = 1;
    private const uint FlowCountField = 3;
    private const uint PacketCountField = 4;
    private const uint ByteCountField = 5;
    private const uint ExperimenterClass = 0xffff;

    public RuleDuration Duration { get; init; } = RuleDuration.Unknown;

    public uint IdleSeconds { get; init; } = uint.MaxValue;

    public uint RuleCount { get; init; } = uint.MaxValue;

    public ulong PacketCount { get; init; } = ulong.MaxValue;

    public ulong ByteCount { get; init; } = ulong.MaxValue;

    public static bool TryRead(ref WireReader reader, Decoding at, out WireStatistics statistics)
    {
        statistics = new WireStatistics();
        reader.Skip(2);
        int size = reader.U16();
        if (reader.IsExhausted || size < 4) return at.Refuse(OpenFlowError.BmcBadLen);
        var entries = new WireReader(reader.Bytes(size - 4));
        reader.Skip(-size & 7);
        if (reader.IsExhausted) return at.Refuse(OpenFlowError.BmcBadLen);
        while (entries.Remaining > 0)
        {
            uint header = entries.U32();
            int valueSize = (int)(header & 0xff);
            if (header >> 16 == ExperimenterClass)
            {
                entries.Skip(4);
                valueSize -= 4;
            }
            var value = new WireReader(entries.Bytes(Math.Max(valueSize, 0)));
            if (entries.IsExhausted || valueSize < 0) return at.Refuse(OpenFlowError.BmcBadLen);
            statistics = statistics.With(header, ref value);
        }
        return true;
    }

    public void Write(WireWriter wire)
    {
        int start = wire.Size;
        wire.Zeros(4);
        if (Duration.Seconds != uint.MaxValue) Put64(wire, DurationField, (ulong)Duration.Seconds << 32 | Duration.Nanoseconds);
        if (IdleSeconds != uint.MaxValue) Put64(wire, IdleField, (ulong)IdleSeconds << 32);
        if (PacketCount != ulong.MaxValue) Put64(wire, PacketCountField, PacketCount);
        if (ByteCount != ulong.MaxValue) Put64(wire, ByteCountField, ByteCount);
        if (RuleCount != uint.MaxValue)
        {
            wire.U32(Header(FlowCountField, 4));
            wire.U32(RuleCount);
        }
        wire.PatchU16(start + 2, (ushort)(wire.Size - start));
        wire.PadTo8(start);
    }

    private static uint Header(uint field, uint size) => BasicClass << 16 | field << 9 | size;

    private static void Put64(WireWriter wire, uint field, ulong value)
    {
        wire.U32(Header(field, 8));
        wire.U64(value);
    }

    private WireStatistics With(uint header, ref WireReader value)
    {
        if (header == Header(DurationField, 8)) return this with { Duration = new RuleDuration(value.U32(), value.U32()) };
        if (header == Header(IdleField, 8)) return this with { IdleSeconds = value.U32() };
        if (header == Header(PacketCountField, 8)) return this with { PacketCount = value.U64() };
        if (header == Header(ByteCountField, 8)) return this with { ByteCount = value.U64() };
        return header == Header(FlowCountField, 4) ? this with { RuleCount = value.U32() } : this;
    }
}
