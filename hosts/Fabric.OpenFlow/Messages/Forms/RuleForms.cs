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
        if (!WireMatch.TryReadOxm(ref body, at, out var match)) return null;
        bool isAdd = command == (int)FlowModCommand.Add;
        bool isDelete = command is (int)FlowModCommand.Delete or (int)FlowModCommand.DeleteStrict;
        // In OpenFlow 1.1 a modify that does not look for a cookie adds the rule when there is none.
        bool addsToo = at.Version == OpenFlowVersion.V11 && mask == 0
            && command is (int)FlowModCommand.Modify or (int)FlowModCommand.ModifyStrict;
        if (table == FlowMod.AllTables && (at.Version == OpenFlowVersion.V11 || !isDelete))
            return at.Fail(OpenFlowError.FmfcBadTableId);
        if (!WirePort.TryNarrow(outPort, out var port)) return at.Fail(OpenFlowError.BacBadOutPort);
        return Finish(ref body, at, command, flags, new FlowMod
        {
            Cookie = addsToo ? 0 : cookie, CookieMask = isAdd || addsToo ? 0 : mask,
            NewCookie = addsToo && cookie != NoCookie ? cookie : null,
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
        var match = WireMatch.ReadOf10(ref body, out bool isExact);
        MatchPrerequisites.Normalize(match);
        ulong cookie = body.U64();
        var (command, request) = ReadCommon(ref body, at, out ushort flags);
        // OpenFlow 1.0 section 3.4: a rule without wildcards has the highest priority.
        request = request with { Match = match, Priority = isExact ? ushort.MaxValue : request.Priority };
        return Finish(ref body, at, command, flags, WithNewCookie(request, command, cookie, 0, 0));
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
        var (command, request) = ReadCommon(ref body, at, out ushort flags);
        int matchSize = body.U16();
        body.Skip(6);
        if (!WireMatch.TryReadNxm(ref body, matchSize, at, out var match, out ulong cookie, out ulong mask)) return null;
        if ((command & 0xff) == (int)FlowModCommand.Add && mask != 0) return at.Fail(OpenFlowError.NxbrcNxmInvalid);
        return Finish(ref body, at, command, flags, WithNewCookie(request with { Match = match }, command, newCookie, cookie, mask));
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

    private static FlowMod WithNewCookie(FlowMod request, int command, ulong newCookie, ulong cookie, ulong mask) =>
        (command & 0xff) == (int)FlowModCommand.Add
            ? request with { Cookie = newCookie }
            : request with
            {
                Cookie = cookie, CookieMask = mask, NewCookie = newCookie == NoCookie ? null : newCookie,
                ModifiesCookie = newCookie != NoCookie,
            };

    private static ulong CookieToSet(FlowMod request) =>
        request.Command == FlowModCommand.Add ? request.Cookie : request.NewCookie ?? NoCookie;

    /// <summary>What OpenFlow 1.0's and Nicira's form have alike.</summary>
    private static (int Command, FlowMod Request) ReadCommon(ref WireReader body, Decoding at, out ushort flags)
    {
        int command = body.U16();
        var request = new FlowMod
        {
            Table = at.Context.HasTableIds ? (byte)(command >> 8) : FlowMod.AllTables,
            IdleTimeoutSeconds = body.U16(), HardTimeoutSeconds = body.U16(), Priority = body.U16(), BufferId = body.U32(),
        };
        var port = new OfpPort(body.U16());
        flags = body.U16();
        return (at.Context.HasTableIds ? command & 0xff : command, request with { OutPort = port == OfpPort.None ? null : port });
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

    private static OpenFlowMessage? Finish(ref WireReader body, Decoding at, int command, ushort flags, FlowMod request)
    {
        if (!WireMatch.AgreesWithConnectionTuple(request.Match)) return at.Fail(OpenFlowError.BacMatchInconsistent);
        if (command > (int)FlowModCommand.DeleteStrict) return at.Fail(OpenFlowError.FmfcBadCommand);
        if (!WireActions.TryReadInstructions(ref body, body.Remaining, at, out var actions)) return null;
        if (at.Version == OpenFlowVersion.V10 && (flags & Emergency10) != 0)
        {
            bool hasTimeout = request.HardTimeoutSeconds != 0 || request.IdleTimeoutSeconds != 0;
            bool isKnown = TryDecodeFlags((ushort)(flags & ~Emergency10), null, at.Version, out _);
            return at.Fail(!isKnown ? OpenFlowError.FmfcBadFlags
                : hasTimeout ? OpenFlowError.FmfcBadEmergTimeout : OpenFlowError.FmfcTableFull);
        }
        if (!TryDecodeFlags(flags, (FlowModCommand)command, at.Version, out var known)) return at.Fail(OpenFlowError.FmfcBadFlags);
        var misfit = ActionCheck.Check(actions, request.Match, at.Version, table: request.Table);
        if (misfit != OpenFlowError.None) return at.Fail(misfit);
        return new FlowModMessage(request with { Command = (FlowModCommand)command, Actions = actions, Flags = known });
    }
}
