namespace Fabric.OpenFlow;

/// <summary>Counters and features of tables in OpenFlow 1.1 and 1.2.</summary>
internal static class OldTableForms
{
    private const int NameSize = 32;

    private static readonly (int Bit, OpenFlowField Field)[] Fields11 =
    [
        (0, OpenFlowFields.InPort), (1, OpenFlowFields.VlanVid), (2, OpenFlowFields.VlanPcp), (3, OpenFlowFields.EthType),
        (4, OpenFlowFields.Dscp), (5, OpenFlowFields.NwProto), (6, OpenFlowFields.TcpSource), (7, OpenFlowFields.TcpDestination),
        (8, OpenFlowFields.MplsLabel), (9, OpenFlowFields.MplsTc), (11, OpenFlowFields.EthSource), (12, OpenFlowFields.EthDestination),
        (13, OpenFlowFields.NwSource), (14, OpenFlowFields.NwDestination), (15, OpenFlowFields.Metadata),
    ];

    public static OpenFlowMessage? Read11(ref WireReader body, Decoding at)
    {
        List<TableStatistics> tables = [];
        while (body.Remaining > 0)
        {
            var features = ReadName(ref body);
            var wildcards = Decode11(body.U32());
            var match = new FieldSet(Decode11(body.U32()).Concat(wildcards));
            uint instructions = body.U32(), write = body.U32(), apply = body.U32();
            var rules = new TableInstructionFeatures(
                instructions, TableSet.None, new TableActionFeatures(write, FieldSet.None), new TableActionFeatures(apply, FieldSet.None));
            features = features with
            {
                Match = match, Wildcard = wildcards, Rules = rules, MissRule = rules, Miss = TableForms.DecodeMiss(body.U32(), at.Version),
            };
            tables.Add(ReadCounts(ref body, features));
        }
        return new TableStatisticsReply(tables);
    }

    public static void Write11(TableStatisticsReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var table in reply.Tables)
        {
            int start = wire.Size;
            var features = WriteName(table, wire);
            wire.U32(Encode11(f => !features.Match.Contains(f) || features.Wildcard.Contains(f)));
            wire.U32(Encode11(features.Match.Contains));
            wire.U32(features.Rules.Instructions);
            wire.U32(features.Rules.Write.Actions);
            wire.U32(features.Rules.Apply.Actions);
            // OVS writes its own number of the behaviour here, not the protocol's.
            wire.U32((uint)features.Miss);
            WriteCounts(table, features, wire);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage? Read12(ref WireReader body, Decoding at)
    {
        List<TableStatistics> tables = [];
        while (body.Remaining > 0)
        {
            var features = ReadName(ref body);
            var match = WireFields.FromBitmap(body.U64());
            var wildcards = WireFields.FromBitmap(body.U64());
            uint write = body.U32(), apply = body.U32();
            var writeFields = WireFields.FromBitmap(body.U64());
            var applyFields = WireFields.FromBitmap(body.U64());
            features = features with { MetadataMatch = body.U64(), MetadataWrite = body.U64() };
            var rules = new TableInstructionFeatures(
                body.U32(), TableSet.None, new TableActionFeatures(write, writeFields), new TableActionFeatures(apply, applyFields));
            features = features with
            {
                Match = new FieldSet(match.Concat(wildcards)), Wildcard = wildcards, Rules = rules, MissRule = rules,
                Miss = TableForms.DecodeMiss(body.U32(), at.Version),
            };
            tables.Add(ReadCounts(ref body, features));
        }
        return new TableStatisticsReply(tables);
    }

    public static void Write12(TableStatisticsReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var table in reply.Tables)
        {
            int start = wire.Size;
            var features = WriteName(table, wire);
            wire.U64(WireFields.ToBitmap(features.Match));
            wire.U64(WireFields.ToBitmap(features.Wildcard));
            wire.U32(features.Rules.Write.Actions);
            wire.U32(features.Rules.Apply.Actions);
            wire.U64(WireFields.ToBitmap(features.Rules.Write.SetFields));
            wire.U64(WireFields.ToBitmap(features.Rules.Apply.SetFields));
            wire.U64(features.MetadataMatch);
            wire.U64(features.MetadataWrite);
            wire.U32(features.Rules.Instructions);
            wire.U32(TableForms.EncodeMiss(features.Miss, to.Version));
            WriteCounts(table, features, wire);
            to.EndItem(start);
        }
    }

    private static TableFeatures ReadName(ref WireReader body)
    {
        byte table = body.U8();
        body.Skip(7);
        return new TableFeatures(table, WirePort.ReadText(ref body, NameSize));
    }

    private static TableFeatures WriteName(TableStatistics table, WireWriter wire)
    {
        var features = table.Features ?? new TableFeatures(table.Table, "");
        wire.U8(table.Table);
        wire.Zeros(7);
        wire.FixedText(features.Name, NameSize);
        return features;
    }

    private static TableStatistics ReadCounts(ref WireReader body, TableFeatures features)
    {
        features = features with { MaxEntries = body.U32() };
        return new TableStatistics(features.Table, body.U32(), body.U64(), body.U64()) { Features = features };
    }

    private static void WriteCounts(TableStatistics table, TableFeatures features, WireWriter wire)
    {
        wire.U32(features.MaxEntries);
        wire.U32(table.ActiveCount);
        wire.U64(table.LookupCount);
        wire.U64(table.MatchedCount);
    }

    private static FieldSet Decode11(uint bits) => new(Fields11.Where(f => (bits >> f.Bit & 1) != 0).Select(f => f.Field));

    private static uint Encode11(Func<OpenFlowField, bool> contains) =>
        Fields11.Where(f => contains(f.Field)).Aggregate(0u, (bits, f) => bits | 1u << f.Bit);
}
