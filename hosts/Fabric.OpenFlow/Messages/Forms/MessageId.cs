namespace Fabric.OpenFlow;

/// <summary>What a header says of its message (OVS: <c>struct ofphdrs</c>).</summary>
internal readonly record struct MessageId(OpenFlowVersion Version, byte Type, ushort Statistics, uint Vendor, uint Subtype)
{
    public const int PlainSize = 8;
    private const byte VendorType = 4;
    private const ushort VendorStatistics = 0xffff;

    public bool IsMultipart => Version == OpenFlowVersion.V10 ? Type is 16 or 17 : Type is 18 or 19;

    /// <summary>Of the header, in bytes.</summary>
    public int HeaderSize => (Type, IsMultipart, Statistics) switch
    {
        (VendorType, _, _) => 16,
        (_, false, _) => PlainSize,
        (_, _, VendorStatistics) => 24,
        _ => Version == OpenFlowVersion.V10 ? 12 : 16,
    };

    /// <summary>Reads a header, from whose first byte <paramref name="version"/> comes; a message may be cut behind it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, OpenFlowVersion version, out MessageId id, out OpenFlowError error)
    {
        id = default;
        error = OpenFlowError.BrcBadLen;
        if (message.Length < PlainSize) return false;
        id = new MessageId(version, message[1], 0, 0, 0);
        var reader = new WireReader(message[PlainSize..]);
        if (id.Type == VendorType)
        {
            id = id with { Vendor = reader.U32(), Subtype = reader.U32() };
            return IsKnown(id, allowsOnf: true, reader.IsExhausted, out error);
        }
        if (!id.IsMultipart)
        {
            error = OpenFlowError.None;
            return true;
        }
        id = id with { Statistics = reader.U16() };
        reader.Skip(version == OpenFlowVersion.V10 ? 2 : 6);
        if (reader.IsExhausted) return false;
        if (id.Statistics == VendorStatistics)
        {
            id = id with { Vendor = reader.U32() };
            if (version > OpenFlowVersion.V10)
            {
                id = id with { Subtype = reader.U32() };
                return IsKnown(id, allowsOnf: true, reader.IsExhausted, out error);
            }
            // In the first version the vendor says what follows.
            if (!IsKnown(id, allowsOnf: false, reader.IsExhausted, out error)) return false;
            id = id with { Subtype = reader.U32() };
            reader.Skip(4);
            error = reader.IsExhausted ? OpenFlowError.BrcBadLen : OpenFlowError.None;
            return error == OpenFlowError.None;
        }
        error = OpenFlowError.None;
        return true;
    }

    public void Write(WireWriter wire, uint xid)
    {
        wire.U8((byte)Version);
        wire.U8(Type);
        wire.U16(0);
        wire.U32(xid);
        if (Type == VendorType)
        {
            wire.U32(Vendor);
            wire.U32(Subtype);
        }
        if (!IsMultipart) return;
        wire.U16(Statistics);
        wire.Zeros(Version == OpenFlowVersion.V10 ? 2 : 6);
        if (Statistics != VendorStatistics) return;
        wire.U32(Vendor);
        wire.U32(Subtype);
        if (Version == OpenFlowVersion.V10) wire.Zeros(4);
    }

    private static bool IsKnown(MessageId id, bool allowsOnf, bool isShort, out OpenFlowError error)
    {
        bool isKnown = id.Vendor == OpenFlowErrors.NiciraVendor || (allowsOnf && id.Vendor == OpenFlowErrors.OnfVendor);
        error = isShort ? OpenFlowError.BrcBadLen : isKnown ? OpenFlowError.None : OpenFlowError.BrcBadVendor;
        return error == OpenFlowError.None;
    }
}
