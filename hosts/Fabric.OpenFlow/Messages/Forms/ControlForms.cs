namespace Fabric.OpenFlow;

/// <summary>Roles, and the small settings of a connection.</summary>
internal static class ControlForms
{
    private const uint PlainFormat = 0;
    private const uint NxmFormat = 2;

    public static OpenFlowMessage? ReadRoleRequest(ref WireReader body, Decoding at) =>
        ReadRole(ref body, at, isReply: false) is { } state ? new RoleRequest(state) : null;

    public static OpenFlowMessage? ReadRoleReply(ref WireReader body, Decoding at) =>
        ReadRole(ref body, at, isReply: true) is { } state ? new RoleReply(state) : null;

    public static void WriteRoleRequest(RoleRequest message, MessageWriter to) => WriteRole(message.State, 0, to);

    public static void WriteRoleReply(RoleReply message, MessageWriter to) => WriteRole(message.State, ulong.MaxValue, to);

    public static OpenFlowMessage? ReadRoleStatus(ref WireReader body, Decoding at)
    {
        uint role = body.U32();
        var reason = (RoleChangeReason)body.U8();
        body.Skip(3);
        ulong generation = body.U64();
        return role > (uint)ControllerRole.Secondary
            ? at.Fail(OpenFlowError.RrfcBadRole) : Rest(ref body, new RoleStatusMessage((ControllerRole)role, reason, generation));
    }

    public static void WriteRoleStatus(RoleStatusMessage message, MessageWriter to)
    {
        to.Wire.U32((uint)message.Role);
        to.Wire.U8((byte)message.Reason);
        to.Wire.Zeros(3);
        to.Wire.U64(message.GenerationId);
    }

    public static OpenFlowMessage? ReadFlowFormat(ref WireReader body, Decoding at) => body.U32() switch
    {
        PlainFormat => new SetFlowFormat(false),
        NxmFormat => new SetFlowFormat(true),
        _ => at.Fail(OpenFlowError.BrcEperm),
    };

    public static void WriteFlowFormat(SetFlowFormat message, MessageWriter to) =>
        to.Wire.U32(message.IsExtended ? NxmFormat : PlainFormat);

    public static OpenFlowMessage? ReadPacketInFormat(ref WireReader body, Decoding at)
    {
        uint format = body.U32();
        return format <= (uint)PacketInFormat.Nicira2
            ? new SetPacketInFormat((PacketInFormat)format) : at.Fail(OpenFlowError.BrcEperm);
    }

    public static void WritePacketInFormat(SetPacketInFormat message, MessageWriter to) => to.Wire.U32((uint)message.Format);

    public static OpenFlowMessage ReadFlowModTableId(ref WireReader body, Decoding at)
    {
        var message = new SetFlowModTableId(body.U8() != 0);
        body.Skip(7);
        return message;
    }

    public static void WriteFlowModTableId(SetFlowModTableId message, MessageWriter to)
    {
        to.Wire.U8(message.IsEnabled ? (byte)1 : (byte)0);
        to.Wire.Zeros(7);
    }

    public static OpenFlowMessage? ReadControllerId(ref WireReader body, Decoding at) =>
        body.SkipZeros(6) ? new SetControllerId(body.U16()) : at.Fail(OpenFlowError.NxbrcMustBeZero);

    public static void WriteControllerId(SetControllerId message, MessageWriter to)
    {
        to.Wire.Zeros(6);
        to.Wire.U16(message.ControllerId);
    }

    public static OpenFlowMessage? ReadFlushZone(ref WireReader body, Decoding at) =>
        body.SkipZeros(6) ? new CtFlushZoneMessage(body.U16()) : at.Fail(OpenFlowError.NxbrcMustBeZero);

    public static void WriteFlushZone(CtFlushZoneMessage message, MessageWriter to)
    {
        to.Wire.Zeros(6);
        to.Wire.U16(message.Zone);
    }

    private static RoleState? ReadRole(ref WireReader body, Decoding at, bool isReply)
    {
        uint role = body.U32();
        if (at.Form.IsExtension)
        {
            if (role < (uint)ControllerRole.Secondary) return new RoleState((ControllerRole)(role + 1));
            at.Refuse(OpenFlowError.RrfcBadRole);
            return null;
        }
        body.Skip(4);
        ulong generation = body.U64();
        if (role > (uint)ControllerRole.Secondary)
        {
            at.Refuse(OpenFlowError.RrfcBadRole);
            return null;
        }
        bool isKnown = isReply ? generation != ulong.MaxValue : role != (uint)ControllerRole.NoChange;
        return new RoleState((ControllerRole)role, isKnown ? generation : null);
    }

    private static void WriteRole(RoleState state, ulong unknown, MessageWriter to)
    {
        if (to.Form.IsExtension)
        {
            to.Wire.U32((uint)state.Role - 1);
            return;
        }
        to.Wire.U32((uint)state.Role);
        to.Wire.Zeros(4);
        to.Wire.U64(state.GenerationId ?? unknown);
    }

    /// <summary>Properties that nobody has defined are passed over.</summary>
    private static OpenFlowMessage Rest(ref WireReader body, OpenFlowMessage message)
    {
        body.Skip(body.Remaining);
        return message;
    }
}
