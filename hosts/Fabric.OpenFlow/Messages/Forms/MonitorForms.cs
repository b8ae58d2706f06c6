using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Flow monitors: Nicira's form up to OpenFlow 1.2, ONF's in 1.3, the standard's from 1.4 on.</summary>
internal static class MonitorForms
{
    private const ushort NxKnownFlags = 0x3f;
    private const ushort KnownFlags = 0x5f;
    private const ushort EventFlags = (ushort)(FlowMonitorFlags.Add | FlowMonitorFlags.Removed | FlowMonitorFlags.Modify);
    private const ushort NxOwn = 1 << 5;
    private const int NxAbbreviated = 3;

    public static OpenFlowMessage? ReadRequestNx(ref WireReader body, Decoding at)
    {
        List<FlowMonitorQuery> queries = [];
        while (body.Remaining > 0)
        {
            var query = new FlowMonitorQuery(body.U32());
            ushort flags = body.U16();
            int matchSize = 0;
            if (at.Version == OpenFlowVersion.V13)
            {
                body.Skip(2);
                query = query with { OutPort = WirePort.Read(ref body, at), Table = body.U8() };
            }
            else
            {
                query = query with { OutPort = new OfpPort(body.U16()) };
                matchSize = body.U16();
                query = query with { Table = body.U8() };
            }
            bool isZero = body.SkipZeros(at.Version == OpenFlowVersion.V13 ? 3 : 5);
            if (body.IsExhausted) return at.Fail(OpenFlowError.BrcBadLen);
            if ((flags & EventFlags) == 0 || (flags & ~NxKnownFlags) != 0) return at.Fail(OpenFlowError.MofcBadFlags);
            if (!isZero) return at.Fail(OpenFlowError.NxbrcMustBeZero);
            if (at.Error != OpenFlowError.None) return null;
            Match? match;
            bool isRead = at.Version == OpenFlowVersion.V13
                ? WireMatch.TryReadOxm(ref body, at, out match) : WireMatch.TryReadNxm(ref body, matchSize, at, out match);
            if (!isRead) return null;
            queries.Add(query with { Flags = FromNx(flags), Match = match! });
        }
        return new FlowMonitorRequest(queries);
    }

    public static void WriteRequestNx(FlowMonitorRequest message, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var query in message.Queries)
        {
            int start = wire.Size;
            wire.U32(query.MonitorId);
            wire.U16(ToNx(query.Flags));
            if (to.Version == OpenFlowVersion.V13)
            {
                wire.Zeros(2);
                wire.U32(WirePort.Widen(query.OutPort));
                wire.U8(query.Table);
                wire.Zeros(3);
                wire.PatchU16(start + 6, (ushort)WireMatch.WriteOxm(query.Match, to));
            }
            else
            {
                wire.U16(query.OutPort.Value);
                wire.Zeros(2);
                wire.U8(query.Table);
                wire.Zeros(5);
                wire.PatchU16(start + 8, (ushort)WireMatch.WriteNxm(query.Match, to));
            }
        }
    }

    public static OpenFlowMessage? ReadRequest14(ref WireReader body, Decoding at)
    {
        List<FlowMonitorQuery> queries = [];
        while (body.Remaining > 0)
        {
            var query = new FlowMonitorQuery(body.U32());
            uint port = body.U32();
            query = query with { OutGroup = body.U32() };
            ushort flags = body.U16();
            query = query with { Table = body.U8(), Command = (FlowMonitorCommand)body.U8() };
            if (body.IsExhausted) return at.Fail(OpenFlowError.BrcBadLen);
            if (query.Command != FlowMonitorCommand.Delete)
            {
                if ((flags & EventFlags) == 0 || (flags & ~KnownFlags) != 0) return at.Fail(OpenFlowError.MofcBadFlags);
                if (!WirePort.TryNarrow(port, out var narrow)) return at.Fail(OpenFlowError.BacBadOutPort);
                query = query with { OutPort = narrow, Flags = (FlowMonitorFlags)flags };
            }
            // A cancel as OVS's own client sends it has no match at all.
            var match = Match.Any;
            bool hasMatch = body.Remaining > 0 || query.Command != FlowMonitorCommand.Delete;
            if (hasMatch && !WireMatch.TryReadOxm(ref body, at, out match)) return null;
            queries.Add(query with { Match = match! });
        }
        return new FlowMonitorRequest(queries);
    }

    public static void WriteRequest14(FlowMonitorRequest message, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var query in message.Queries)
        {
            bool isDelete = query.Command == FlowMonitorCommand.Delete;
            wire.U32(query.MonitorId);
            wire.U32(isDelete ? 0 : WirePort.Widen(query.OutPort));
            wire.U32(isDelete ? 0 : query.OutGroup);
            wire.U16(isDelete ? (ushort)0 : (ushort)query.Flags);
            wire.U8(isDelete ? (byte)0 : query.Table);
            wire.U8((byte)query.Command);
            if (!isDelete) WireMatch.WriteOxm(query.Match, to);
        }
    }

    public static OpenFlowMessage? ReadReplyNx(ref WireReader body, Decoding at)
    {
        List<FlowUpdate> updates = [];
        while (body.Remaining > 0)
        {
            int size = new WireReader(body.Rest).U16();
            var entry = new WireReader(body.Bytes(size));
            if (body.IsExhausted || size % 8 != 0 || size == 0) return at.Fail(OpenFlowError.BrcBadLen);
            entry.Skip(2);
            int happened = entry.U16();
            if (happened > NxAbbreviated) return at.Fail(OpenFlowError.NxbrcFmBadEvent);
            var update = new FlowUpdate((FlowUpdateEvent)(happened + 1));
            if (happened == NxAbbreviated)
            {
                updates.Add(update with { RequestXid = entry.U32() });
                continue;
            }
            update = update with
            {
                Reason = (RuleRemovalReason)entry.U16(), Priority = entry.U16(), IdleTimeoutSeconds = entry.U16(),
                HardTimeoutSeconds = entry.U16(),
            };
            int matchSize = entry.U16();
            update = update with { Table = entry.U8() };
            entry.Skip(1);
            update = update with { Cookie = entry.U64() };
            if (entry.IsExhausted) return at.Fail(OpenFlowError.BrcBadLen);
            if (ReadRest(ref entry, at, matchSize, update) is not { } whole) return null;
            updates.Add(whole);
        }
        return new FlowMonitorReply(updates);
    }

    public static void WriteReplyNx(FlowMonitorReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var update in reply.Updates)
        {
            int start = wire.Size;
            wire.Zeros(2);
            wire.U16(update.Event == FlowUpdateEvent.Initial ? (ushort)0 : (ushort)(update.Event - 1));
            if (update.Event == FlowUpdateEvent.Abbreviated)
            {
                wire.U32(update.RequestXid);
            }
            else
            {
                wire.U16((ushort)update.Reason);
                wire.U16(update.Priority);
                wire.U16(update.IdleTimeoutSeconds);
                wire.U16(update.HardTimeoutSeconds);
                int lengthAt = wire.Size;
                wire.Zeros(2);
                wire.U8(update.Table);
                wire.Zeros(1);
                wire.U64(update.Cookie);
                bool isOxm = to.Version == OpenFlowVersion.V13;
                wire.PatchU16(lengthAt, (ushort)(isOxm ? WireMatch.WriteOxm(update.Match, to) : WireMatch.WriteNxm(update.Match, to)));
                if (isOxm) WireActions.WriteInstructions(update.Actions, update.Match, to);
                else WireActions.Write(update.Actions, to);
            }
            to.PatchSize(start);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage? ReadReply14(ref WireReader body, Decoding at)
    {
        List<FlowUpdate> updates = [];
        while (body.Remaining > 0)
        {
            int size = new WireReader(body.Rest).U16();
            var entry = new WireReader(body.Bytes(size));
            if (body.IsExhausted || size % 8 != 0 || size == 0) return at.Fail(OpenFlowError.BrcBadLen);
            entry.Skip(2);
            var happened = (FlowUpdateEvent)entry.U16();
            if (happened > FlowUpdateEvent.Resumed) return at.Fail(OpenFlowError.NxbrcFmBadEvent);
            var update = new FlowUpdate(happened);
            if (happened >= FlowUpdateEvent.Abbreviated)
            {
                updates.Add(happened == FlowUpdateEvent.Abbreviated ? update with { RequestXid = entry.U32() } : update);
                continue;
            }
            update = update with
            {
                Table = entry.U8(), Reason = (RuleRemovalReason)entry.U8(), IdleTimeoutSeconds = entry.U16(),
                HardTimeoutSeconds = entry.U16(), Priority = entry.U16(),
            };
            entry.Skip(4);
            update = update with { Cookie = entry.U64() };
            if (entry.IsExhausted) return at.Fail(OpenFlowError.BrcBadLen);
            if (ReadRest(ref entry, at, 0, update) is not { } whole) return null;
            updates.Add(whole);
        }
        return new FlowMonitorReply(updates);
    }

    public static void WriteReply14(FlowMonitorReply reply, MessageWriter to)
    {
        var wire = to.Wire;
        foreach (var update in reply.Updates)
        {
            int start = wire.Size;
            wire.Zeros(2);
            wire.U16((ushort)update.Event);
            if (update.Event >= FlowUpdateEvent.Abbreviated)
            {
                wire.U32(update.Event == FlowUpdateEvent.Abbreviated ? update.RequestXid : 0);
            }
            else
            {
                wire.U8(update.Table);
                wire.U8((byte)update.Reason);
                wire.U16(update.IdleTimeoutSeconds);
                wire.U16(update.HardTimeoutSeconds);
                wire.U16(update.Priority);
                wire.Zeros(4);
                wire.U64(update.Cookie);
                WireMatch.WriteOxm(update.Match, to);
                WireActions.WriteInstructions(update.Actions, update.Match, to);
            }
            to.PatchSize(start);
            to.EndItem(start);
        }
    }

    public static OpenFlowMessage ReadCancel(ref WireReader body, Decoding at) => new FlowMonitorCancel(body.U32());

    public static void WriteCancel(FlowMonitorCancel message, MessageWriter to) => to.Wire.U32(message.MonitorId);

    private static FlowUpdate? ReadRest(ref WireReader entry, Decoding at, int matchSize, FlowUpdate update)
    {
        bool isOxm = at.Version >= OpenFlowVersion.V13;
        Match? match;
        bool isRead = isOxm ? WireMatch.TryReadOxm(ref entry, at, out match) : WireMatch.TryReadNxm(ref entry, matchSize, at, out match);
        if (!isRead) return null;
        OpenFlowActions? actions;
        bool hasActions = isOxm
            ? WireActions.TryReadInstructions(ref entry, entry.Remaining, at, out actions)
            : WireActions.TryRead(ref entry, entry.Remaining, at, out actions);
        return hasActions ? update with { Match = match!, Actions = actions! } : null;
    }

    /// <summary>OVS reads "own changes in full" of the older forms as "only own changes", and the other way.</summary>
    private static FlowMonitorFlags FromNx(ushort flags) =>
        (FlowMonitorFlags)(flags & ~NxOwn) | ((flags & NxOwn) != 0 ? FlowMonitorFlags.OnlyOwn : FlowMonitorFlags.None);

    private static ushort ToNx(FlowMonitorFlags flags) =>
        (ushort)((int)flags & 0x1f | (flags.HasFlag(FlowMonitorFlags.OnlyOwn) ? NxOwn : 0));
}
