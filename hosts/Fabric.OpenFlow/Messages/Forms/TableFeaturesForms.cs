namespace Fabric.OpenFlow;

/// <summary>What tables can, as lists of properties (OpenFlow 1.3 and later).</summary>
internal static class TableFeaturesForms
{
    private const int HeaderSize = 64;
    private const int NameSize = 32;
    private const byte AllTables = 255;
    private const byte MaxCommand = 3;

    /// <summary>Properties for the rule that catches the rest have these numbers plus one.</summary>
    private const ulong Instructions = 0;
    private const ulong NextTables = 2;
    private const ulong WriteActions = 4;
    private const ulong ApplyActions = 6;
    private const ulong MatchFields = 8;
    private const ulong Wildcards = 10;
    private const ulong WriteSetFields = 12;
    private const ulong ApplySetFields = 14;

    private const uint Required = 1 << 0 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 12 | 1 << 14;

    public static OpenFlowMessage? ReadRequest(ref WireReader body, Decoding at) =>
        TryReadAll(ref body, at, isLoose: false, out var tables) ? new TableFeaturesRequest(tables) : null;

    public static OpenFlowMessage? ReadReply(ref WireReader body, Decoding at) =>
        TryReadAll(ref body, at, isLoose: true, out var tables) ? new TableFeaturesReply(tables) : null;

    public static void WriteRequest(TableFeaturesRequest message, MessageWriter to) => WriteAll(message.Changes, to);

    public static void WriteReply(TableFeaturesReply reply, MessageWriter to) => WriteAll(reply.Tables, to);

    private static bool TryReadAll(ref WireReader body, Decoding at, bool isLoose, out List<TableFeatures> tables)
    {
        tables = [];
        while (body.Remaining > 0)
        {
            int size = new WireReader(body.Rest).U16();
            if (body.Remaining < HeaderSize || size < HeaderSize || size % 8 != 0 || size > body.Remaining)
                return at.Refuse(OpenFlowError.BpcBadLen);
            var entry = new WireReader(body.Bytes(size));
            if (!TryReadOne(ref entry, at, isLoose, out var table)) return false;
            tables.Add(table);
        }
        return true;
    }

    private static bool TryReadOne(ref WireReader entry, Decoding at, bool isLoose, out TableFeatures table)
    {
        entry.Skip(2);
        byte id = entry.U8(), command = entry.U8();
        table = new TableFeatures(id, "");
        if (at.Version >= OpenFlowVersion.V15 && command > MaxCommand) return at.Refuse(OpenFlowError.TffcBadCommand);
        if (id == AllTables) return at.Refuse(OpenFlowError.TffcBadTable);
        entry.Skip(4);
        table = new TableFeatures(id, WirePort.ReadText(ref entry, NameSize))
        {
            Command = at.Version >= OpenFlowVersion.V15 ? command : (byte)0, MetadataMatch = entry.U64(), MetadataWrite = entry.U64(),
        };
        uint capabilities = entry.U32();
        table = table with { MaxEntries = entry.U32(), HasProperties = entry.Remaining > 0 };
        if (at.Version >= OpenFlowVersion.V14)
        {
            var (evicts, sendsVacancy) = TableForms.DecodeConfiguration(capabilities);
            table = table with { SupportsEviction = evicts, SupportsVacancyEvents = sendsVacancy };
        }
        var parts = new FeatureParts();
        uint seen = 0;
        while (MessageProperty.TryRead(ref entry, at, out var property))
        {
            if (property.Type < 32 && (seen >> (int)property.Type & 1) != 0) return at.Refuse(OpenFlowError.TffcBadFeatures);
            if (property.Type < 32) seen |= 1u << (int)property.Type;
            if (!parts.TryRead(property, at, isLoose)) return false;
        }
        if (at.Error != OpenFlowError.None) return false;
        if ((seen & Required) != Required && (table.HasProperties || at.Version < OpenFlowVersion.V15))
            return at.Refuse(OpenFlowError.TffcBadFeatures);
        table = parts.Complete(table, seen);
        return true;
    }

    private static void WriteAll(IReadOnlyList<TableFeatures> tables, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var table in tables)
        {
            int start = wire.Size;
            wire.Zeros(2);
            wire.U8(table.Table);
            wire.U8(to.Version >= OpenFlowVersion.V15 ? table.Command : (byte)0);
            wire.Zeros(4);
            wire.FixedText(table.Name, NameSize);
            wire.U64(table.MetadataMatch);
            wire.U64(table.MetadataWrite);
            wire.U32(to.Version >= OpenFlowVersion.V14
                ? TableForms.EncodeConfiguration(table.SupportsEviction, table.SupportsVacancyEvents) : 0);
            wire.U32(table.MaxEntries);
            if (table.HasProperties)
            {
                WriteInstructions(table.Rules, 0, to);
                WriteInstructions(table.MissRule, 1, to);
                WriteFields(MatchFields, table.Match, table.Mask, to);
                WriteFields(Wildcards, table.Wildcard, FieldSet.None, to);
            }
            to.PatchSize(start);
            to.EndItem(start);
        }
    }

    private static void WriteInstructions(TableInstructionFeatures features, ulong offset, MessageWriter to)
    {
        WriteBits(Instructions + offset, features.Instructions, to.Wire);
        int start = MessageProperty.Begin(to.Wire, NextTables + offset);
        foreach (byte table in features.NextTables.Tables()) to.Wire.U8(table);
        MessageProperty.End(to.Wire, start);
        WriteBits(WriteActions + offset, features.Write.Actions, to.Wire);
        WriteFields(WriteSetFields + offset, features.Write.SetFields, FieldSet.None, to);
        WriteBits(ApplyActions + offset, features.Apply.Actions, to.Wire);
        WriteFields(ApplySetFields + offset, features.Apply.SetFields, FieldSet.None, to);
    }

    /// <summary>Numbers as empty headers, each with its length.</summary>
    private static void WriteBits(ulong type, uint bits, WireWriter wire)
    {
        int start = MessageProperty.Begin(wire, type);
        for (ushort i = 0; i < 32; i++)
        {
            if ((bits >> i & 1) == 0) continue;
            wire.U16(i);
            wire.U16(4);
        }
        MessageProperty.End(wire, start);
    }

    private static void WriteFields(ulong type, FieldSet fields, FieldSet masks, MessageWriter to)
    {
        int start = MessageProperty.Begin(to.Wire, type);
        foreach (var field in fields) WireFields.WriteHeader(field, masks.Contains(field), to);
        MessageProperty.End(to.Wire, start);
    }

    /// <summary>Gathers the properties of one table.</summary>
    private sealed class FeatureParts
    {
        private readonly Side[] _sides = [new(), new()];
        private FieldSet _match = FieldSet.None;
        private FieldSet _mask = FieldSet.None;
        private FieldSet _wildcard = FieldSet.None;

        public bool TryRead(MessageProperty property, Decoding at, bool isLoose)
        {
            var side = _sides[property.Type & 1];
            switch (property.Type & ~1ul)
            {
                case Instructions: return TryReadBits(property.Value, at, out side.Instructions) && AreInstructions(side, at, isLoose);
                case NextTables:
                    if (property.Value.Contains(AllTables)) return at.Refuse(OpenFlowError.BpcBadValue);
                    side.Next = TableSet.Of(property.Value);
                    return true;
                case WriteActions: return TryReadBits(property.Value, at, out side.Write);
                case ApplyActions: return TryReadBits(property.Value, at, out side.Apply);
                case WriteSetFields: return TryReadExact(property.Value, at, isLoose, out side.WriteFields);
                case ApplySetFields: return TryReadExact(property.Value, at, isLoose, out side.ApplyFields);
                case Wildcards when property.Type == Wildcards: return TryReadExact(property.Value, at, isLoose, out _wildcard);
                case MatchFields when property.Type == MatchFields:
                    return WireFields.TryReadHeaders(property.Value, at, isLoose, out _match, out _mask);
                default: return property.Unknown(at, isLoose);
            }
        }

        /// <summary>What was not said of the last rule is as of the others, and what can be masked can be matched and left out.</summary>
        public TableFeatures Complete(TableFeatures table, uint seen)
        {
            var (rules, miss) = (_sides[0], _sides[1]);
            bool Lacks(ulong type) => (seen >> (int)(type + 1) & 1) == 0;
            if (Lacks(Instructions)) miss.Instructions = rules.Instructions;
            if (Lacks(NextTables)) miss.Next = rules.Next;
            if (Lacks(WriteActions)) miss.Write = rules.Write;
            if (Lacks(ApplyActions)) miss.Apply = rules.Apply;
            if (Lacks(WriteSetFields)) miss.WriteFields = rules.WriteFields;
            if (Lacks(ApplySetFields)) miss.ApplyFields = rules.ApplyFields;
            var match = new FieldSet(_match.Concat(_mask));
            return table with
            {
                Rules = rules.ToFeatures(), MissRule = miss.ToFeatures(), Match = match, Mask = _mask,
                Wildcard = new FieldSet(_wildcard.Concat(_mask).Where(match.Contains)),
            };
        }

        private static bool TryReadBits(ReadOnlySpan<byte> value, Decoding at, out uint bits)
        {
            bits = 0;
            var reader = new WireReader(value);
            while (MessageProperty.TryRead(ref reader, at, out var entry, alignment: 1, firstExperimenter: 0x10000))
            {
                if (entry.Type < 32) bits |= 1u << (int)entry.Type;
                else if (entry.Type != ushort.MaxValue) bits |= 1u << 31;
            }
            return at.Error == OpenFlowError.None;
        }

        private static bool AreInstructions(Side side, Decoding at, bool isLoose)
        {
            const uint known = 0b111_1110;
            if ((side.Instructions & ~known) != 0 && !isLoose) return at.Refuse(OpenFlowError.BicUnknownInst);
            side.Instructions &= known;
            return true;
        }

        private static bool TryReadExact(ReadOnlySpan<byte> value, Decoding at, bool isLoose, out FieldSet fields)
        {
            if (!WireFields.TryReadHeaders(value, at, isLoose, out fields, out var masked)) return false;
            return masked.Count == 0 || at.Refuse(OpenFlowError.BmcBadMask);
        }

        private sealed class Side
        {
            public uint Instructions;
            public TableSet Next = TableSet.None;
            public uint Write;
            public uint Apply;
            public FieldSet WriteFields = FieldSet.None;
            public FieldSet ApplyFields = FieldSet.None;

            public TableInstructionFeatures ToFeatures() =>
                new(Instructions, Next, new TableActionFeatures(Write, WriteFields), new TableActionFeatures(Apply, ApplyFields));
        }
    }
}
