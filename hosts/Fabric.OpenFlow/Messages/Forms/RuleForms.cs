using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Requests to change rules (OVS: <c>ofputil_decode_flow_mod</c>, but for the check of actions that follows it).</summary>
internal static class RuleForms
{
    private const ushort Emergency10 = 1 << 2;
    private const ulong NoCookie = ulong.MaxValue;

    private static readonly (ushort Bit, OpenFlowVersion First, FlowModFlags Flag)[] Flags =
    [
        (1 << 0, OpenFlowVersion.V10, FlowModFlags.SendFlowRemoved),
        (1 << 1, OpenFlowVersion.V10, FlowModFlags.CheckOverlap),
        (1 << 2, OpenFlowVersion.V12, FlowModFlags.ResetCounts),
        (1 << 3, OpenFlowVersion.V13, FlowModFlags.NoPacketCounts),
        (1 << 4, OpenFlowVersion.V13, FlowModFlags.NoByteCounts),
    ];

    public static OpenFlowMessage? Read11(ref WireReader body, Decoding at)
    {
        ulong cookie = body.U64();
        ulong mask = body.U64();
        byte table = body.U8();
        int command = body.U8();
        ushort idle = body.U16(), hard = body.U16(), priority = body.U16();
        uint buffer = body.U32(), outPort = body.U32(), outGroup = body.U32();
        ushort flags = body.U16(), importance = body.U16();
        if (!WireMatch.TryReadOxm(ref body, at, out var match, into: at.TakeMatch())) return null;
        bool isAdd = command == (int)FlowModCommand.Add;
        bool isDelete = command is (int)FlowModCommand.Delete or (int)FlowModCommand.DeleteStrict;
        // In OpenFlow 1.1 a modify that does not look for a cookie adds the rule when there is none.
        bool addsToo = at.Version == OpenFlowVersion.V11 && mask == 0
            && command is (int)FlowModCommand.Modify or (int)FlowModCommand.ModifyStrict;
        if (table == FlowMod.AllTables && (at.Version == OpenFlowVersion.V11 || !isDelete))
            return at.Fail(OpenFlowError.FmfcBadTableId);
        if (!WirePort.TryNarrow(outPort, out var port)) return at.Fail(OpenFlowError.BacBadOutPort);
        var head = new Head(command, table, idle, hard, priority, buffer, port, flags);
        if (!TryReadRest(ref body, at, head, match, out var actions, out var known)) return null;
        return Message(at, new FlowMod
        {
            Command = (FlowModCommand)command, Actions = actions, Flags = known, Cookie = addsToo ? 0 : cookie,
            CookieMask = isAdd || addsToo ? 0 : mask, NewCookie = addsToo && cookie != NoCookie ? cookie : null,
            Table = table, IdleTimeoutSeconds = idle, HardTimeoutSeconds = hard, Priority = priority, BufferId = buffer,
            Importance = at.Version >= OpenFlowVersion.V14 && isAdd ? importance : (ushort)0,
            OutPort = port == OfpPort.None ? null : port, Match = match,
            OutGroup = isDelete && outGroup != GroupMod.AnyGroup ? outGroup : null,
        });
    }

    public static void Write11(FlowModMessage message, MessageWriter to)
    {
        var request = message.Request;
        var wire = to.Wire;
        bool isAdd = request.Command == FlowModCommand.Add;
        bool isDelete = request.Command is FlowModCommand.Delete or FlowModCommand.DeleteStrict;
        bool addsToo = to.Version == OpenFlowVersion.V11 && !isDelete && request.CookieMask == 0;
        wire.U64(isAdd ? request.Cookie : addsToo ? request.NewCookie ?? NoCookie : request.Cookie & request.CookieMask);
        wire.U64(request.CookieMask);
        bool namesAll = request.Table == FlowMod.AllTables && !(isDelete && to.Version != OpenFlowVersion.V11);
        wire.U8(namesAll ? (byte)0 : request.Table);
        wire.U8((byte)request.Command);
        wire.U16(request.IdleTimeoutSeconds);
        wire.U16(request.HardTimeoutSeconds);
        wire.U16(request.Priority);
        wire.U32(request.BufferId);
        wire.U32(WirePort.Widen(request.OutPort ?? OfpPort.None));
        wire.U32(request.OutGroup ?? GroupMod.AnyGroup);
        wire.U16(EncodeFlags(request.Flags, to.Version));
        wire.U16(to.Version >= OpenFlowVersion.V14 && isAdd ? request.Importance : (ushort)0);
        WireMatch.WriteMatch(request.Match, to);
        WireActions.WriteInstructions(request.Actions, request.Match, to);
    }

    public static OpenFlowMessage? Read10(ref WireReader body, Decoding at)
    {
        var match = WireMatch.ReadOf10(ref body, out bool isExact, at.TakeMatch());
        MatchPrerequisites.Normalize(match);
        ulong cookie = body.U64();
        var head = ReadHead(ref body, at);
        // OpenFlow 1.0 section 3.4: a rule without wildcards has the highest priority.
        return Finish(ref body, at, isExact ? head with { Priority = ushort.MaxValue } : head, match, cookie, default);
    }

    public static void Write10(FlowModMessage message, MessageWriter to)
    {
        WireMatch.WriteOf10(message.Request.Match, to);
        to.Wire.U64(CookieToSet(message.Request));
        WriteCommon(message.Request, to);
        WireActions.WriteInstructions(message.Request.Actions, message.Request.Match, to);
    }

    public static OpenFlowMessage? ReadNx(ref WireReader body, Decoding at)
    {
        ulong newCookie = body.U64();
        var head = ReadHead(ref body, at);
        int matchSize = body.U16();
        body.Skip(6);
        if (!WireMatch.TryReadNxm(ref body, matchSize, at, out var match, out ulong cookie, out ulong mask, at.TakeMatch())) return null;
        if ((head.Command & 0xff) == (int)FlowModCommand.Add && mask != 0) return at.Fail(OpenFlowError.NxbrcNxmInvalid);
        return Finish(ref body, at, head, match, newCookie, new CookieFilter(cookie, mask));
    }

    public static void WriteNx(FlowModMessage message, MessageWriter to)
    {
        var request = message.Request;
        var wire = to.Wire;
        wire.U64(CookieToSet(request));
        WriteCommon(request, to);
        int lengthAt = wire.Size;
        wire.Zeros(8);
        bool isAdd = request.Command == FlowModCommand.Add;
        int size = WireMatch.WriteNxm(request.Match, to, isAdd ? 0 : request.Cookie, isAdd ? 0 : request.CookieMask);
        wire.PatchU16(lengthAt, (ushort)size);
        WireActions.WriteInstructions(request.Actions, request.Match, to);
    }

    /// <summary>A command that no flow mod has reads the flags of a rule as it is.</summary>
    public static bool TryDecodeFlags(ushort bits, FlowModCommand? command, OpenFlowVersion version, out FlowModFlags flags)
    {
        flags = FlowModFlags.None;
        foreach (var (bit, first, flag) in Flags)
        {
            if ((bits & bit) == 0 || version < first) continue;
            bits &= (ushort)~bit;
            flags |= flag;
        }
        // Up to OpenFlow 1.1 an add resets the counters and nothing else does.
        if (version <= OpenFlowVersion.V11 && command == FlowModCommand.Add) flags |= FlowModFlags.ResetCounts;
        return bits == 0;
    }

    public static ushort EncodeFlags(FlowModFlags flags, OpenFlowVersion version)
    {
        ushort bits = 0;
        foreach (var (bit, first, flag) in Flags)
        {
            if (flags.HasFlag(flag) && version >= first) bits |= bit;
        }
        return bits;
    }

    private static ulong CookieToSet(FlowMod request) =>
        request.Command == FlowModCommand.Add ? request.Cookie : request.NewCookie ?? NoCookie;

    /// <summary>What OpenFlow 1.0's and Nicira's form have alike.</summary>
    private readonly record struct Head(
        int Command, byte Table, ushort IdleSeconds, ushort HardSeconds, ushort Priority, uint BufferId, OfpPort OutPort, ushort Flags);

    private static Head ReadHead(ref WireReader body, Decoding at)
    {
        int command = body.U16();
        bool hasTable = at.Context.HasTableIds;
        return new Head(hasTable ? command & 0xff : command, hasTable ? (byte)(command >> 8) : FlowMod.AllTables,
            body.U16(), body.U16(), body.U16(), body.U32(), new OfpPort(body.U16()), body.U16());
    }

    private static void WriteCommon(FlowMod request, MessageWriter to)
    {
        var wire = to.Wire;
        wire.U16((ushort)((int)request.Command | (to.Context.HasTableIds ? request.Table << 8 : 0)));
        wire.U16(request.IdleTimeoutSeconds);
        wire.U16(request.HardTimeoutSeconds);
        wire.U16(request.Priority);
        wire.U32(request.BufferId);
        wire.U16((request.OutPort ?? OfpPort.None).Value);
        wire.U16(EncodeFlags(request.Flags, to.Version));
    }

    private static FlowModMessage? Finish(
        ref WireReader body, Decoding at, in Head head, Match match, ulong newCookie, CookieFilter filter)
    {
        if (!TryReadRest(ref body, at, head, match, out var actions, out var known)) return null;
        bool isAdd = head.Command == (int)FlowModCommand.Add;
        bool isNew = !isAdd && newCookie != NoCookie;
        return Message(at, new FlowMod
        {
            Command = (FlowModCommand)head.Command, Table = head.Table, IdleTimeoutSeconds = head.IdleSeconds,
            HardTimeoutSeconds = head.HardSeconds, Priority = head.Priority, BufferId = head.BufferId, Flags = known,
            OutPort = head.OutPort == OfpPort.None ? null : head.OutPort, Match = match, Actions = actions,
            Cookie = isAdd ? newCookie : filter.Cookie, CookieMask = isAdd ? 0 : filter.Mask, NewCookie = isNew ? newCookie : null,
            ModifiesCookie = isNew,
        });
    }

    private static FlowModMessage Message(Decoding at, FlowMod request) => new(request) { Xid = at.Xid };

    /// <summary>The actions and, now that all is known, what is wrong with the rest.</summary>
    private static bool TryReadRest(ref WireReader body, Decoding at, in Head head, Match match,
        [NotNullWhen(true)] out OpenFlowActions? actions, out FlowModFlags flags)
    {
        (actions, flags) = (null, FlowModFlags.None);
        if (!WireMatch.AgreesWithConnectionTuple(match)) return at.Refuse(OpenFlowError.BacMatchInconsistent);
        if (head.Command > (int)FlowModCommand.DeleteStrict) return at.Refuse(OpenFlowError.FmfcBadCommand);
        if (!WireActions.TryReadInstructions(ref body, body.Remaining, at, out actions)) return false;
        if (at.Version == OpenFlowVersion.V10 && (head.Flags & Emergency10) != 0)
        {
            bool hasTimeout = head.HardSeconds != 0 || head.IdleSeconds != 0;
            bool isKnown = TryDecodeFlags((ushort)(head.Flags & ~Emergency10), null, at.Version, out _);
            return at.Refuse(!isKnown ? OpenFlowError.FmfcBadFlags
                : hasTimeout ? OpenFlowError.FmfcBadEmergTimeout : OpenFlowError.FmfcTableFull);
        }
        if (!TryDecodeFlags(head.Flags, (FlowModCommand)head.Command, at.Version, out flags)) return at.Refuse(OpenFlowError.FmfcBadFlags);
        var misfit = ActionCheck.Check(actions, match, at.Version, table: head.Table);
        return misfit == OpenFlowError.None || at.Refuse(misfit);
    }
}
