namespace Fabric.OpenFlow;

/// <summary><c>NXT_PACKET_IN2</c> and <c>NXT_RESUME</c>: packets as lists of properties.</summary>
internal static class PacketPropertyForms
{
    private const ulong Packet = 0;
    private const ulong FullLength = 1;
    private const ulong BufferId = 2;
    private const ulong TableId = 3;
    private const ulong Cookie = 4;
    private const ulong Reason = 5;
    private const ulong Metadata = 6;
    private const ulong UserData = 7;
    private const ulong Continuation = 8;

    public static OpenFlowMessage? ReadPacketIn(ref WireReader body, Decoding at) => Read(ref body, at, isLoose: true);

    public static OpenFlowMessage? ReadResume(ref WireReader body, Decoding at) =>
        Read(ref body, at, isLoose: false) is { } read ? new ResumeMessage(read.Packet, read.Continuation) : null;

    public static void WritePacketIn(PacketInMessage message, MessageWriter to)
    {
        Write(message.Packet, Math.Max(message.TotalSize, (uint)message.Packet.Data.Size), message.Continuation, to);
        if (message.Packet.UserData.Size > 0) MessageProperty.Write(to.Wire, UserData, message.Packet.UserData.Span);
    }

    public static void WriteResume(ResumeMessage message, MessageWriter to) =>
        Write(message.Packet, (uint)message.Packet.Data.Size, message.Continuation, to);

    private static PacketInMessage? Read(ref WireReader body, Decoding at, bool isLoose)
    {
        var packet = new PacketIn(HexBytes.Empty);
        var message = new PacketInMessage(packet, PacketInFormat.Nicira2);
        while (MessageProperty.TryRead(ref body, at, out var property))
        {
            switch (property.Type)
            {
                case Packet: packet = packet with { Data = new HexBytes(property.Value) }; break;
                case FullLength: message = message with { TotalSize = property.U32(at) }; break;
                case BufferId: message = message with { BufferId = property.U32(at) }; break;
                case TableId: packet = packet with { Table = property.U8(at) }; break;
                case Cookie: packet = packet with { Cookie = property.U64(at) }; break;
                case Reason: packet = packet with { Reason = (PacketInReason)property.U8(at) }; break;
                case Metadata:
                    if (WireMatch.TryReadRawOxm(property.Value, at, isLoose, out var fields))
                        packet = packet with { PipelineFields = fields };
                    break;
                case UserData: packet = packet with { UserData = new HexBytes(property.Value) }; break;
                case Continuation: message = message with { Continuation = new HexBytes(property.Nested(at)) }; break;
                default: property.Unknown(at, isLoose); break;
            }
            if (at.Error != OpenFlowError.None) return null;
        }
        if (at.Error != OpenFlowError.None) return null;
        uint size = (uint)packet.Data.Size;
        if (size == 0 || (message.TotalSize != 0 && message.TotalSize < size))
        {
            at.Refuse(OpenFlowError.BrcBadLen);
            return null;
        }
        return message with { Packet = packet, TotalSize = Math.Max(message.TotalSize, size) };
    }

    private static void Write(PacketIn packet, uint totalSize, HexBytes continuation, MessageWriter to)
    {
        var wire = to.Wire;
        MessageProperty.Write(wire, Packet, packet.Data.Span);
        if (totalSize != packet.Data.Size) MessageProperty.WriteU32(wire, FullLength, totalSize);
        MessageProperty.WriteU8(wire, TableId, packet.Table);
        if (packet.Cookie != ulong.MaxValue) MessageProperty.WriteU64(wire, Cookie, packet.Cookie);
        MessageProperty.WriteU8(wire, Reason, PacketForms.ReasonIn(packet.Reason, to.Version));
        int start = MessageProperty.Begin(wire, Metadata);
        WireMatch.WriteRawOxm(packet.PipelineFields, to);
        MessageProperty.End(wire, start);
        if (continuation.Size == 0) return;
        start = MessageProperty.BeginNested(wire, Continuation);
        wire.Bytes(continuation.Span);
        MessageProperty.End(wire, start);
    }
}
