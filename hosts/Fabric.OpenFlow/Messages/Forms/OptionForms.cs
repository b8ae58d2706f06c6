namespace Fabric.OpenFlow;

/// <summary>The table of tunnel options.</summary>
internal static class OptionForms
{
    private const int MaxOptionSize = 124;

    public static OpenFlowMessage? ReadMod(ref WireReader body, Decoding at)
    {
        ushort command = body.U16();
        body.Skip(6);
        if (command > (ushort)TunnelOptionCommand.Clear) return at.Fail(OpenFlowError.NxttmfcBadCommand);
        return TryReadMappings(ref body, TunnelOptionMap.FieldCount, at, out var mappings)
            ? new TlvTableMod((TunnelOptionCommand)command, mappings) : null;
    }

    public static void WriteMod(TlvTableMod message, MessageWriter to)
    {
        to.Wire.U16((ushort)message.Command);
        to.Wire.Zeros(6);
        WriteMappings(message.Mappings, to.Wire);
    }

    public static OpenFlowMessage? ReadReply(ref WireReader body, Decoding at)
    {
        uint space = body.U32();
        ushort fields = body.U16();
        body.Skip(10);
        return TryReadMappings(ref body, fields, at, out var mappings) ? new TlvTableReply(space, fields, mappings) : null;
    }

    public static void WriteReply(TlvTableReply reply, MessageWriter to)
    {
        to.Wire.U32(reply.MaxOptionSpace);
        to.Wire.U16(reply.MaxFields);
        to.Wire.Zeros(10);
        WriteMappings(reply.Mappings, to.Wire);
    }

    private static bool TryReadMappings(ref WireReader body, int fieldCount, Decoding at, out List<TunnelOptionMapping> mappings)
    {
        mappings = [];
        while (body.Remaining > 0)
        {
            var mapping = new TunnelOptionMapping(body.U16(), body.U8(), body.U8(), body.U16());
            body.Skip(2);
            if (mapping.OptionSize % 4 != 0 || mapping.OptionSize > MaxOptionSize) return at.Refuse(OpenFlowError.NxttmfcBadOptLen);
            if (mapping.Index >= fieldCount) return at.Refuse(OpenFlowError.NxttmfcBadFieldIdx);
            mappings.Add(mapping);
        }
        return true;
    }

    private static void WriteMappings(IReadOnlyList<TunnelOptionMapping> mappings, WireWriter wire)
    {
        foreach (var mapping in mappings)
        {
            wire.U16(mapping.OptionClass);
            wire.U8(mapping.OptionType);
            wire.U8(mapping.OptionSize);
            wire.U16(mapping.Index);
            wire.Zeros(2);
        }
    }
}
