namespace Fabric.OpenFlow;

/// <summary>Tables: configuration, descriptions, status, and counters (which before OpenFlow 1.3 come with features).</summary>
internal static class TableForms
{
    private const uint Evicts = 1 << 2;
    private const uint SendsVacancy = 1 << 3;
    private const uint MissMask = 3;
    private const ulong EvictionProperty = 2;
    private const ulong VacancyProperty = 3;
    private const int VacancyPropertySize = 8;
    private const int DescriptionSize = 8;
    private const int NameSize = 32;

    private static readonly (uint Bits, OpenFlowField Field)[] Fields10 =
    [
        (1 << 0, OpenFlowFields.InPort), (1 << 1, OpenFlowFields.VlanVid), (1 << 2, OpenFlowFields.EthSource),
        (1 << 3, OpenFlowFields.EthDestination), (1 << 4, OpenFlowFields.EthType), (1 << 5, OpenFlowFields.NwProto),
        (1 << 6, OpenFlowFields.TcpSource), (1 << 7, OpenFlowFields.TcpDestination), (0x3f << 8, OpenFlowFields.NwSource),
        (0x3f << 14, OpenFlowFields.NwDestination), (1 << 20, OpenFlowFields.VlanPcp), (1 << 21, OpenFlowFields.Dscp),
    ];

    public static OpenFlowMessage? ReadMod11(ref WireReader body, Decoding at)
    {
        var request = new TableMod(body.U8());
        body.Skip(3);
        return new TableModMessage(request with { Miss = DecodeMiss(body.U32(), at.Version) });
    }

    public static void WriteMod11(TableModMessage message, MessageWriter to)
    {
        to.Wire.U8(message.Request.Table);
        to.Wire.Zeros(3);
        to.Wire.U32(EncodeMiss(message.Request.Miss, to.Version));
    }

    public static OpenFlowMessage? ReadMod14(ref WireReader body, Decoding at)
    {
        var request = new TableMod(body.U8());
        body.Skip(3);
        uint bits = body.U32();
        request = request with { Evicts = (bits & Evicts) != 0, SendsVacancyEvents = (bits & SendsVacancy) != 0 };
        while (MessageProperty.TryRead(ref body, at, out var property))
        {
            switch (property.Type)
            {
                case EvictionProperty: request = request with { EvictionFlags = property.U32(at) }; break;
                case VacancyProperty:
                    if (!TryReadVacancy(property, at, out var vacancy)) return null;
                    if (vacancy.Down > vacancy.Up || vacancy.Up > 100 || vacancy.Current != 0) return at.Fail(OpenFlowError.BpcBadValue);
                    request = request with { Vacancy = vacancy };
                    break;
                default: return at.Fail(OpenFlowError.BrcBadType);
            }
        }
        return at.Error == OpenFlowError.None ? new TableModMessage(request) : null;
    }

    public static void WriteMod14(TableModMessage message, MessageWriter to)
    {
        var request = message.Request;
        to.Wire.U8(request.Table);
        to.Wire.Zeros(3);
        to.Wire.U32(EncodeConfiguration(request.Evicts, request.SendsVacancyEvents));
        if (request.EvictionFlags is { } flags) MessageProperty.WriteU32(to.Wire, EvictionProperty, flags);
        if (request.SendsVacancyEvents == true) WriteVacancy(request.Vacancy with { Current = 0 }, to.Wire);
    }

    public static OpenFlowMessage? ReadDescriptions(ref WireReader body, Decoding at)
    {
        List<TableDescription> tables = [];
        while (body.Remaining > 0)
        {
            if (!TryReadDescription(ref body, at, out var table)) return null;
            tables.Add(table);
        }
        return new TableDescriptionReply(tables);
    }

    public static void WriteDescriptions(TableDescriptionReply reply, MessageWriter to)
    {
        foreach (var table in reply.Tables)
        {
            int start = to.Wire.Size;
            WriteDescription(table, to);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage? ReadStatus(ref WireReader body, Decoding at)
    {
        byte reason = body.U8();
        body.Skip(7);
        if (reason is not ((byte)TableChangeReason.VacancyDown or (byte)TableChangeReason.VacancyUp))
            return at.Fail(OpenFlowError.BpcBadValue);
        if (!TryReadDescription(ref body, at, out var table)) return null;
        body.Skip(body.Remaining);
        return new TableStatusMessage((TableChangeReason)reason, table);
    }

    public static void WriteStatus(TableStatusMessage message, MessageWriter to)
    {
        to.Wire.U8((byte)message.Reason);
        to.Wire.Zeros(7);
        WriteDescription(message.Table, to);
    }

    public static OpenFlowMessage? ReadStatistics10(ref WireReader body, Decoding at)
    {
        List<TableStatistics> tables = [];
        while (body.Remaining > 0)
        {
            byte table = body.U8();
            body.Skip(3);
            var features = new TableFeatures(table, WirePort.ReadText(ref body, NameSize));
            uint wildcards = body.U32();
            var fields = new FieldSet(Fields10.Where(f => (wildcards & f.Bits) != 0).Select(f => f.Field));
            features = features with { MaxEntries = body.U32(), Match = fields, Wildcard = fields };
            tables.Add(new TableStatistics(table, body.U32(), body.U64(), body.U64()) { Features = features });
        }
        return new TableStatisticsReply(tables);
    }

    public static void WriteStatistics10(TableStatisticsReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var table in reply.Tables)
        {
            int start = wire.Size;
            var features = table.Features ?? new TableFeatures(table.Table, "");
            wire.U8(table.Table);
            wire.Zeros(3);
            wire.FixedText(features.Name, NameSize);
            // What cannot be matched counts as left out.
            wire.U32(Fields10.Where(f => !features.Match.Contains(f.Field) || features.Wildcard.Contains(f.Field))
                .Aggregate(0u, (bits, f) => bits | f.Bits));
            wire.U32(features.MaxEntries);
            wire.U32(table.ActiveCount);
            wire.U64(table.LookupCount);
            wire.U64(table.MatchedCount);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage? ReadStatistics13(ref WireReader body, Decoding at)
    {
        List<TableStatistics> tables = [];
        while (body.Remaining > 0)
        {
            byte table = body.U8();
            body.Skip(3);
            tables.Add(new TableStatistics(table, body.U32(), body.U64(), body.U64()));
        }
        return new TableStatisticsReply(tables);
    }

    public static void WriteStatistics13(TableStatisticsReply reply, MessageWriter to)
    {
        foreach (var table in reply.Tables)
        {
            int start = to.Wire.Size;
            to.Wire.U8(table.Table);
            to.Wire.Zeros(3);
            to.Wire.U32(table.ActiveCount);
            to.Wire.U64(table.LookupCount);
            to.Wire.U64(table.MatchedCount);
            to.EndItem(start);
        }
    }

    /// <summary>Only OpenFlow 1.1 and 1.2 say what happens to a packet without a rule.</summary>
    public static TableMissBehaviour DecodeMiss(uint bits, OpenFlowVersion version)
    {
        if (version is not (OpenFlowVersion.V11 or OpenFlowVersion.V12)) return TableMissBehaviour.Default;
        return (bits & MissMask) switch
        {
            1 => TableMissBehaviour.Continue,
            2 => TableMissBehaviour.Drop,
            _ => TableMissBehaviour.Controller,
        };
    }

    public static uint EncodeMiss(TableMissBehaviour miss, OpenFlowVersion version)
    {
        if (version is not (OpenFlowVersion.V11 or OpenFlowVersion.V12)) return 0;
        return miss switch { TableMissBehaviour.Continue => 1, TableMissBehaviour.Drop => 2, _ => 0 };
    }

    public static uint EncodeConfiguration(bool? evicts, bool? sendsVacancy) =>
        (evicts == true ? Evicts : 0) | (sendsVacancy == true ? SendsVacancy : 0);

    public static (bool Evicts, bool SendsVacancy) DecodeConfiguration(uint bits) => ((bits & Evicts) != 0, (bits & SendsVacancy) != 0);

    private static bool TryReadDescription(ref WireReader body, Decoding at, out TableDescription table)
    {
        int size = body.U16();
        table = new TableDescription(body.U8());
        body.Skip(1);
        var (evicts, sendsVacancy) = DecodeConfiguration(body.U32());
        table = table with { Evicts = evicts, SendsVacancyEvents = sendsVacancy };
        var properties = new WireReader(body.Bytes(size - DescriptionSize));
        if (body.IsExhausted) return at.Refuse(OpenFlowError.BrcBadLen);
        while (MessageProperty.TryRead(ref properties, at, out var property))
        {
            if (property.Type == EvictionProperty) table = table with { EvictionFlags = property.U32(at) };
            else if (property.Type == VacancyProperty && TryReadVacancy(property, at, out var vacancy))
                table = table with { Vacancy = vacancy };
        }
        return at.Error == OpenFlowError.None;
    }

    private static void WriteDescription(TableDescription table, MessageWriter to)
    {
        int start = to.Wire.Size;
        to.Wire.Zeros(2);
        to.Wire.U8(table.Table);
        to.Wire.Zeros(1);
        to.Wire.U32(EncodeConfiguration(table.Evicts, table.SendsVacancyEvents));
        MessageProperty.WriteU32(to.Wire, EvictionProperty, table.EvictionFlags ?? uint.MaxValue);
        WriteVacancy(table.Vacancy, to.Wire);
        to.PatchSize(start);
    }

    private static bool TryReadVacancy(MessageProperty property, Decoding at, out TableVacancy vacancy)
    {
        vacancy = default;
        if (property.Whole.Length != VacancyPropertySize) return at.Refuse(OpenFlowError.BpcBadLen);
        vacancy = new TableVacancy(property.Value[0], property.Value[1], property.Value[2]);
        return true;
    }

    private static void WriteVacancy(TableVacancy vacancy, WireWriter wire) =>
        MessageProperty.Write(wire, VacancyProperty, [vacancy.Down, vacancy.Up, vacancy.Current, 0]);
}
