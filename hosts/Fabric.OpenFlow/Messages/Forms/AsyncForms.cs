namespace Fabric.OpenFlow;

/// <summary>Which asynchronous messages a controller wants: three pairs of masks up to OpenFlow 1.3, properties from 1.4 on.</summary>
internal static class AsyncForms
{
    private const int FirstExperimenter = 0xfffe;
    private const int LegacyKindCount = 3;

    private const uint PacketIn10 = 0b111;
    private const uint PacketIn14 = 0b11_1111;

    public static OpenFlowMessage? ReadSetMasks(ref WireReader body, Decoding at) =>
        new SetAsyncMessage(new AsyncChange(ReadMasks(ref body, at)));

    public static OpenFlowMessage? ReadReplyMasks(ref WireReader body, Decoding at) =>
        new GetAsyncReply(new AsyncChange(ReadMasks(ref body, at)).ApplyTo(AsyncConfiguration.None));

    public static OpenFlowMessage? ReadSetProperties(ref WireReader body, Decoding at) =>
        TryReadProperties(ref body, at, isLoose: false, out var change) ? new SetAsyncMessage(change) : null;

    public static OpenFlowMessage? ReadReplyProperties(ref WireReader body, Decoding at) =>
        TryReadProperties(ref body, at, isLoose: true, out var change) ? new GetAsyncReply(change.ApplyTo(AsyncConfiguration.None)) : null;

    public static void WriteSetMasks(SetAsyncMessage message, MessageWriter to) =>
        WriteMasks(message.Change.ApplyTo(AsyncConfiguration.None), to);

    public static void WriteReplyMasks(GetAsyncReply message, MessageWriter to) => WriteMasks(message.Configuration, to);

    public static void WriteSetProperties(SetAsyncMessage message, MessageWriter to)
    {
        foreach (var mask in message.Change.Masks) WriteProperty(mask.Kind, mask.IsSecondary, mask.Mask, to);
    }

    public static void WriteReplyProperties(GetAsyncReply message, MessageWriter to)
    {
        for (int i = 0; i < AsyncConfiguration.KindCount; i++)
        {
            var kind = (AsyncKind)i;
            WriteProperty(kind, true, message.Configuration.Get(kind, true), to);
            WriteProperty(kind, false, message.Configuration.Get(kind, false), to);
        }
    }

    /// <summary>Setting all masks sets those that the form cannot name to nothing.</summary>
    private static List<AsyncMask> ReadMasks(ref WireReader body, Decoding at)
    {
        List<AsyncMask> masks = [];
        for (int i = 0; i < AsyncConfiguration.KindCount; i++)
        {
            var kind = (AsyncKind)i;
            foreach (bool isSecondary in (ReadOnlySpan<bool>)[false, true])
            {
                uint mask = i < LegacyKindCount ? body.U32() & AllowedIn(kind, at.Version) : 0;
                masks.Add(new AsyncMask(kind, isSecondary, Refined(kind, mask, at.Version)));
            }
        }
        return masks;
    }

    private static bool TryReadProperties(ref WireReader body, Decoding at, bool isLoose, out AsyncChange change)
    {
        List<AsyncMask> masks = [];
        change = new AsyncChange(masks);
        while (MessageProperty.TryRead(ref body, at, out var property, firstExperimenter: FirstExperimenter))
        {
            if (property.Type >= 2 * AsyncConfiguration.KindCount)
            {
                if (isLoose) continue;
                return at.Refuse(property.Type > ushort.MaxValue ? OpenFlowError.BpcBadExpType : OpenFlowError.AcfcUnsupported);
            }
            var kind = (AsyncKind)(property.Type / 2);
            uint mask = property.U32(at);
            uint allowed = AllowedIn(kind, at.Version);
            if ((mask & ~allowed) != 0 && !isLoose) return at.Refuse(OpenFlowError.AcfcInvalid);
            masks.Add(new AsyncMask(kind, property.Type % 2 == 0, Refined(kind, mask & allowed, at.Version)));
        }
        return at.Error == OpenFlowError.None;
    }

    /// <summary>Who wants "no match" wants also the reasons that are written as that.</summary>
    private static uint Refined(AsyncKind kind, uint mask, OpenFlowVersion version)
    {
        if (kind != AsyncKind.PacketIn || (mask & 1) == 0) return mask;
        mask |= 1u << (int)PacketInReason.ExplicitMiss;
        return version < OpenFlowVersion.V13 ? mask | 1u << (int)PacketInReason.ImplicitMiss : mask;
    }

    private static uint AllowedIn(AsyncKind kind, OpenFlowVersion version) => kind switch
    {
        AsyncKind.PacketIn => version >= OpenFlowVersion.V14 ? PacketIn14 : PacketIn10,
        AsyncKind.PortStatus => 0b111,
        AsyncKind.FlowRemoved => 0b11_1111,
        AsyncKind.RoleStatus => 0b111,
        AsyncKind.TableStatus => 0b1_1000,
        _ => 0b11,
    };

    private static void WriteMasks(AsyncConfiguration configuration, MessageWriter to)
    {
        for (int i = 0; i < LegacyKindCount; i++)
        {
            var kind = (AsyncKind)i;
            to.Wire.U32(configuration.Get(kind, false) & AllowedIn(kind, to.Version));
            to.Wire.U32(configuration.Get(kind, true) & AllowedIn(kind, to.Version));
        }
    }

    private static void WriteProperty(AsyncKind kind, bool isSecondary, uint mask, MessageWriter to) =>
        MessageProperty.WriteU32(to.Wire, (ulong)kind * 2 + (isSecondary ? 0u : 1u), mask & AllowedIn(kind, to.Version));
}
