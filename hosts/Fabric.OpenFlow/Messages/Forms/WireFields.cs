namespace Fabric.OpenFlow;

/// <summary>Fields that are named without a match around them.</summary>
internal static class WireFields
{
    private const int BasicFieldCount = 40;

    /// <summary>Headers alone, sorted by whether they have a mask.</summary>
    public static bool TryReadHeaders(ReadOnlySpan<byte> value, Decoding at, bool isLoose, out FieldSet exact, out FieldSet masked)
    {
        List<OpenFlowField> plain = [], withMask = [];
        (exact, masked) = (FieldSet.None, FieldSet.None);
        var reader = new WireReader(value);
        while (reader.Remaining > 0)
        {
            if (FieldEntry.TryReadHeader(ref reader, null, isAction: false, allowsCookie: false, out var entry, out var error))
                (entry.HasMask ? withMask : plain).Add(entry.Field!);
            else if (error != OpenFlowError.BmcBadField || !isLoose) return at.Refuse(error);
        }
        (exact, masked) = (new FieldSet(plain), new FieldSet(withMask));
        return true;
    }

    public static void WriteHeader(OpenFlowField field, bool hasMask, MessageWriter to) =>
        field.WriteHeader(to.Version, field.WireSize, hasMask, to.Wire);

    /// <summary>Which bits of which fields a select group hashes: entries whose value is the mask.</summary>
    public static bool TryReadMasks(ref WireReader reader, Decoding at, out ActionList<FieldMask> fields)
    {
        List<FieldMask> list = [];
        fields = new ActionList<FieldMask>();
        while (reader.Remaining > 0)
        {
            if (!FieldEntry.TryRead(ref reader, null, isAction: false, allowsCookie: false, out var entry, out var error))
                return at.Refuse(error);
            var field = entry.Field!;
            if (list.Exists(f => f.Field == field)) return at.Refuse(OpenFlowError.BmcDupField);
            var mask = entry.Number & field.AllOnes;
            if (!field.IsMaskable && mask != 0 && mask != field.AllOnes) return at.Refuse(OpenFlowError.BmcBadMask);
            list.Add(new FieldMask(field, mask));
        }
        fields = new ActionList<FieldMask>([.. list]);
        return true;
    }

    public static void WriteMasks(ActionList<FieldMask> fields, MessageWriter to)
    {
        foreach (var field in fields)
        {
            field.Field.WriteHeader(to.Version, field.Field.WireSize, hasMask: false, to.Wire);
            to.Wire.Number(field.Mask, field.Field.WireSize);
        }
    }

    /// <summary>Bit n is field n of the basic class (OpenFlow 1.2's table statistics).</summary>
    public static ulong ToBitmap(FieldSet fields)
    {
        ulong bits = 0;
        foreach (var field in fields)
        {
            // One that came later and has no earlier code counts too, as in OVS (mpls_bos).
            if (field.Codes.Length > 0 && field.CodeFor(OpenFlowVersion.V12) is { Class: FieldCode.Basic } code) bits |= 1ul << code.Id;
        }
        return bits;
    }

    public static FieldSet FromBitmap(ulong bits)
    {
        List<OpenFlowField> fields = [];
        for (int i = 0; i < BasicFieldCount; i++)
        {
            if ((bits >> i & 1) != 0 && OpenFlowFields.TryFind(0, FieldCode.Basic, i, out var field)) fields.Add(field);
        }
        return new FieldSet(fields);
    }
}
