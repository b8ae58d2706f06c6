namespace Fabric.OpenFlow;

/// <summary>Messages with a message inside.</summary>
internal static class NestedForms
{
    public static OpenFlowMessage ReadBundleControl(ref WireReader body, Decoding at)
    {
        uint id = body.U32();
        var type = (BundleControlType)body.U16();
        var flags = (BundleFlags)body.U16();
        body.Skip(body.Remaining);
        return new BundleControlMessage(id, type, flags);
    }

    public static void WriteBundleControl(BundleControlMessage message, MessageWriter to)
    {
        to.Wire.U32(message.BundleId);
        to.Wire.U16((ushort)message.Type);
        to.Wire.U16((ushort)message.Flags);
    }

    public static OpenFlowMessage? ReadBundleAdd(ref WireReader body, Decoding at)
    {
        uint id = body.U32();
        body.Skip(2);
        var flags = (BundleFlags)body.U16();
        var inner = body.Rest;
        body.Skip(body.Remaining);
        if (!TryCut(ref inner, at, OpenFlowError.BfcBadVersion, out uint xid)) return null;
        if (xid != at.Xid) return at.Fail(OpenFlowError.BfcMsgBadXid);
        // Whatever is wrong with its header is told as "unsupported": another error would seem to be about the bundle's own.
        if (!MessageCodec.TryFindForm(inner, at.Version, out var form, out _) || !IsBundlable(form.Record)
            || !form.IsRightSize(inner.Length - form.IdIn(at.Version).HeaderSize))
            return at.Fail(OpenFlowError.BfcMsgUnsup);
        return MessageCodec.TryDecode(inner, at.Context, out var message, out var error)
            ? new BundleAddMessage(id, flags, message) { Xid = at.Xid } : at.Fail(error);
    }

    public static void WriteBundleAdd(BundleAddMessage message, MessageWriter to)
    {
        to.Wire.U32(message.BundleId);
        to.Wire.Zeros(2);
        to.Wire.U16((ushort)message.Flags);
        MessageCodec.Encode(message.Message with { Xid = message.Xid }, to.Version, to.Context, to.Wire);
    }

    public static OpenFlowMessage? ReadRequestForward(ref WireReader body, Decoding at)
    {
        var inner = body.Rest;
        body.Skip(body.Remaining);
        if (!TryCut(ref inner, at, OpenFlowError.BrcBadVersion, out _)) return null;
        if (!MessageCodec.TryDecode(inner, at.Context, out var message, out var error)) return at.Fail(error);
        return message is GroupModMessage or MeterModMessage ? new RequestForwardMessage(message) : at.Fail(OpenFlowError.BfcMsgUnsup);
    }

    public static void WriteRequestForward(RequestForwardMessage message, MessageWriter to) =>
        MessageCodec.Encode(message.Request, to.Version, to.Context, to.Wire);

    private static bool TryCut(ref ReadOnlySpan<byte> inner, Decoding at, OpenFlowError badVersion, out uint xid)
    {
        var reader = new WireReader(inner);
        byte version = reader.U8();
        reader.Skip(1);
        int size = reader.U16();
        xid = reader.U32();
        if (reader.IsExhausted) return at.Refuse(OpenFlowError.BfcMsgBadLen);
        if (version != (byte)at.Version) return at.Refuse(badVersion);
        if (size < MessageId.PlainSize || size > inner.Length) return at.Refuse(OpenFlowError.BfcMsgBadLen);
        inner = inner[..size];
        return true;
    }

    private static bool IsBundlable(Type record) => record == typeof(FlowModMessage) || record == typeof(GroupModMessage)
        || record == typeof(PortModMessage) || record == typeof(PacketOutMessage);
}
