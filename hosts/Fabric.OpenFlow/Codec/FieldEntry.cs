namespace Fabric.OpenFlow;

/// <summary>
/// One NXM or OXM entry: header, value and perhaps mask, as they stand in the message (OVS: <c>nx_pull_entry__</c>). The checks are those
/// of OVS and come in its order, so that a wrong message gets the same error.
/// </summary>
internal ref struct FieldEntry
{
    private const int CookieId = 30;
    private const int ExperimenterSize = 4;
    private const int LongestKnown = 127;

    /// <summary>Null for the cookie, and for a field nobody knows.</summary>
    public OpenFlowField? Field;
    public bool HasMask;

    /// <summary>Not a field but the rule's cookie, which requests to find rules carry in their match.</summary>
    public bool IsCookie;
    public ReadOnlySpan<byte> Value;

    /// <summary>As long as the value, or empty.</summary>
    public ReadOnlySpan<byte> Mask;

    /// <summary>Bytes behind the header.</summary>
    private int _payloadSize;

    /// <summary>Bits of the value; of a long one the last 128.</summary>
    public readonly UInt128 Number => WireReader.ToNumber(Value);

    public readonly UInt128 MaskNumber => HasMask ? WireReader.ToNumber(Mask) : UInt128.MaxValue;

    /// <summary>Reads header, value and mask. On <see cref="OpenFlowError.BmcBadField"/> the reader stands behind the entry.</summary>
    /// <param name="map">Null when the switch's map is not known: then fields for tunnel options stay without a place.</param>
    public static bool TryRead(
        ref WireReader reader, TunnelOptionMap? map, bool isAction, bool allowsCookie, out FieldEntry entry, out OpenFlowError error)
    {
        var isKnown = TryReadHeader(ref reader, map, isAction, allowsCookie, out entry, out error);
        if (!isKnown && error != OpenFlowError.BmcBadField) return false;
        var payload = reader.Bytes(entry._payloadSize);
        if (reader.IsExhausted)
        {
            error = OpenFlowError.BmcBadLen;
            return false;
        }

        var size = entry.HasMask ? entry._payloadSize / 2 : entry._payloadSize;
        entry.Value = payload[..size];
        entry.Mask = entry.HasMask ? payload.Slice(size, size) : default;
        if (!entry.HasMask || IsWithin(entry.Value, entry.Mask)) return isKnown;
        error = OpenFlowError.BmcBadWildcards;
        return false;
    }

    /// <summary>Reads a header alone, as actions carry that name a field.</summary>
    public static bool TryReadHeader(
        ref WireReader reader, TunnelOptionMap? map, bool isAction, bool allowsCookie, out FieldEntry entry, out OpenFlowError error)
    {
        entry = default;
        error = OpenFlowError.BmcBadLen;
        if (reader.Remaining < 4) return false;
        var header = reader.U32();
        var fieldClass = (ushort)(header >> 16);
        uint vendor = 0;
        entry.HasMask = (header >> 8 & 1) != 0;
        entry._payloadSize = (int)(header & 0xff);
        if (fieldClass == FieldCode.ExperimenterClass)
        {
            if (reader.Remaining < 4 || entry._payloadSize < ExperimenterSize) return false;
            vendor = reader.U32();
            entry._payloadSize -= ExperimenterSize;
        }

        var id = (int)(header >> 9 & 0x7f);
        if (TryFind(vendor, fieldClass, id, ref entry, isAction, out error))
        {
            if (map is null || map.TryPlace(entry.Field!, out entry.Field)) return true;
            error = OpenFlowError.NxfmfcInvalidTlvField;
            return false;
        }

        entry.IsCookie = allowsCookie && fieldClass == FieldCode.Nxm1 && id == CookieId && entry._payloadSize == (entry.HasMask ? 16 : 8);
        if (entry.IsCookie) error = OpenFlowError.None;
        return entry.IsCookie;
    }

    private static bool TryFind(
        uint vendor, ushort fieldClass, int id, ref FieldEntry entry, bool isAction, out OpenFlowError error)
    {
        var size = entry.HasMask ? entry._payloadSize / 2 : entry._payloadSize;
        var isFound = OpenFlowFields.TryFind(vendor, fieldClass, id, out var field);
        error = OpenFlowError.None;
        // OVS looks longer ones up under another number, and so finds none (nxm_no_len leaves the top bit of the length).
        if (!entry.HasMask && size + (vendor != 0 ? ExperimenterSize : 0) > LongestKnown) isFound = false;
        if (isFound && (field!.TunnelIndex is not null || size == field.WireSize))
        {
            entry.Field = field;
            return true;
        }

        error = !isAction ? OpenFlowError.BmcBadField
            : isFound && size > 0 ? OpenFlowError.BacBadSetLen : OpenFlowError.BacBadSetType;
        return false;
    }

    private static bool IsWithin(ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask)
    {
        for (var i = 0; i < value.Length; i++)
            if ((value[i] & ~mask[i]) != 0) return false;
        return true;
    }
}
