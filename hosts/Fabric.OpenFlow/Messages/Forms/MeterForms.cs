namespace Fabric.OpenFlow;

/// <summary>Meters (OpenFlow 1.3 and later).</summary>
internal static class MeterForms
{
    private const ushort DropBand = 1;
    private const ushort RemarkBand = 2;

    /// <summary>Of every kind of band there is.</summary>
    private const int BandSize = 16;
    private const int StatisticsSize = 40;
    private const int ConfigurationSize = 8;

    public static OpenFlowMessage? ReadMod(ref WireReader body, Decoding at)
    {
        ushort command = body.U16();
        var flags = (MeterFlags)body.U16();
        uint id = body.U32();
        if (command > (ushort)MeterCommand.Delete) return at.Fail(OpenFlowError.MmfcBadCommand);
        if (command == (ushort)MeterCommand.Delete)
        {
            body.Skip(body.Remaining);
            return new MeterModMessage(new MeterMod(MeterCommand.Delete, id));
        }
        if (flags.HasFlag(MeterFlags.KilobitsPerSecond | MeterFlags.PacketsPerSecond)) return at.Fail(OpenFlowError.MmfcBadFlags);
        return TryReadBands(ref body, body.Remaining, at, out var bands)
            ? new MeterModMessage(new MeterMod((MeterCommand)command, id) { Flags = flags, Bands = bands }) : null;
    }

    public static void WriteMod(MeterModMessage message, MessageWriter to)
    {
        var meter = message.Request;
        to.Wire.U16((ushort)meter.Command);
        to.Wire.U16(meter.Command == MeterCommand.Delete ? (ushort)0 : (ushort)meter.Flags);
        to.Wire.U32(meter.MeterId);
        WriteBands(meter.Bands, to.Wire);
    }

    public static OpenFlowMessage ReadStatisticsRequest(ref WireReader body, Decoding at) =>
        new MeterStatisticsRequest(NumberForms.ReadId(ref body));

    public static void WriteStatisticsRequest(MeterStatisticsRequest message, MessageWriter to) => NumberForms.WriteId(message.MeterId, to);

    public static OpenFlowMessage ReadConfigurationRequest(ref WireReader body, Decoding at) =>
        new MeterConfigurationRequest(NumberForms.ReadId(ref body));

    public static void WriteConfigurationRequest(MeterConfigurationRequest message, MessageWriter to) =>
        NumberForms.WriteId(message.MeterId, to);

    public static OpenFlowMessage? ReadStatistics(ref WireReader body, Decoding at)
    {
        List<MeterStatistics> meters = [];
        while (body.Remaining > 0)
        {
            uint id = body.U32();
            int size = body.U16();
            body.Skip(6);
            uint flows = body.U32();
            ulong packets = body.U64(), bytes = body.U64();
            var duration = RuleRemovedForms.ReadDuration(ref body);
            var bands = new WireReader(body.Bytes(size - StatisticsSize));
            if (body.IsExhausted || bands.Remaining % 16 != 0) return at.Fail(OpenFlowError.BrcBadLen);
            meters.Add(new MeterStatistics(id, flows, packets, bytes) { Duration = duration, Bands = NumberForms.ReadCounters(ref bands) });
        }
        return new MeterStatisticsReply(meters);
    }

    public static void WriteStatistics(MeterStatisticsReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var meter in reply.Meters)
        {
            int start = wire.Size;
            wire.U32(meter.MeterId);
            wire.Zeros(8);
            wire.U32(meter.FlowCount);
            wire.U64(meter.PacketCount);
            wire.U64(meter.ByteCount);
            RuleRemovedForms.WriteDuration(meter.Duration, wire);
            NumberForms.WriteCounters(meter.Bands, wire);
            wire.PatchU16(start + 4, (ushort)(wire.Size - start));
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage? ReadConfigurations(ref WireReader body, Decoding at)
    {
        List<MeterMod> meters = [];
        while (body.Remaining > 0)
        {
            int size = body.U16();
            var flags = (MeterFlags)body.U16();
            uint id = body.U32();
            if (!TryReadBands(ref body, size - ConfigurationSize, at, out var bands)) return null;
            meters.Add(new MeterMod(MeterCommand.Add, id) { Flags = flags, Bands = bands });
        }
        return new MeterConfigurationReply(meters);
    }

    public static void WriteConfigurations(MeterConfigurationReply reply, MessageWriter to)
    {
        foreach (var meter in reply.Meters)
        {
            int start = to.Wire.Size;
            to.Wire.Zeros(2);
            to.Wire.U16((ushort)meter.Flags);
            to.Wire.U32(meter.MeterId);
            WriteBands(meter.Bands, to.Wire);
            to.PatchSize(start);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage ReadFeatures(ref WireReader body, Decoding at)
    {
        var features = new MeterFeatures(body.U32(), body.U32(), (MeterFlags)body.U32(), body.U8(), body.U8());
        body.Skip(2);
        return new MeterFeaturesReply(features);
    }

    public static void WriteFeatures(MeterFeaturesReply reply, MessageWriter to)
    {
        to.Wire.U32(reply.Features.MaxMeters);
        to.Wire.U32(reply.Features.BandTypes);
        to.Wire.U32((uint)reply.Features.Capabilities);
        to.Wire.U8(reply.Features.MaxBands);
        to.Wire.U8(reply.Features.MaxColors);
        to.Wire.Zeros(2);
    }

    private static bool TryReadBands(ref WireReader body, int size, Decoding at, out List<MeterBand> bands)
    {
        bands = [];
        var reader = new WireReader(body.Bytes(size));
        if (body.IsExhausted) return at.Refuse(OpenFlowError.BrcBadLen);
        while (reader.Remaining >= BandSize)
        {
            ushort type = reader.U16();
            if (reader.U16() != BandSize) return at.Refuse(OpenFlowError.BrcBadLen);
            if (type is not (DropBand or RemarkBand)) return at.Refuse(OpenFlowError.MmfcBadBand);
            uint rate = reader.U32(), burst = reader.U32();
            byte level = reader.U8();
            reader.Skip(3);
            bands.Add(new MeterBand(type == RemarkBand, rate, burst, type == RemarkBand ? level : (byte)0));
        }
        if (reader.Remaining > 0) return at.Refuse(OpenFlowError.BrcBadLen);
        return true;
    }

    private static void WriteBands(IReadOnlyList<MeterBand> bands, WireWriter wire)
    {
        foreach (var band in bands)
        {
            wire.U16(band.IsRemark ? RemarkBand : DropBand);
            wire.U16(BandSize);
            wire.U32(band.Rate);
            wire.U32(band.BurstSize);
            wire.U8(band.PrecedenceLevel);
            wire.Zeros(3);
        }
    }
}
