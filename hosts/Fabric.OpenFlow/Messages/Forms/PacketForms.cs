using Fabric.Flow;

namespace Fabric.OpenFlow;

/// <summary>Packets to and from controllers, but for the formats made of properties (<see cref="PacketPropertyForms"/>).</summary>
internal static class PacketForms
{
    private const ulong NoCookie = ulong.MaxValue;

    /// <summary>A byte of the wire.</summary>
    public static byte ReasonIn(PacketInReason reason, OpenFlowVersion version) => reason switch
    {
        PacketInReason.ActionSet or PacketInReason.Group or PacketInReason.PacketOut when version < OpenFlowVersion.V14 =>
            (byte)PacketInReason.Action,
        PacketInReason.ExplicitMiss => (byte)(version < OpenFlowVersion.V13 ? PacketInReason.Action : PacketInReason.NoMatch),
        PacketInReason.ImplicitMiss => (byte)PacketInReason.NoMatch,
        _ => (byte)reason,
    };

    public static OpenFlowMessage? ReadPacketIn10(ref WireReader body, Decoding at)
    {
        uint buffer = body.U32();
        uint size = body.U16();
        var port = new OfpPort(body.U16());
        var reason = (PacketInReason)body.U8();
        body.Skip(1);
        var packet = new PacketIn(Rest(ref body)) { PipelineFields = Match.Any.SetInPort(port), Reason = reason };
        return new PacketInMessage(packet, PacketInFormat.Standard) { TotalSize = size, BufferId = buffer };
    }

    public static void WritePacketIn10(PacketInMessage message, MessageWriter to)
    {
        to.Wire.U32(message.BufferId);
        to.Wire.U16(Size(message));
        to.Wire.U16(InPort(message.Packet.PipelineFields).Value);
        to.Wire.U8(ReasonIn(message.Packet.Reason, to.Version));
        to.Wire.Zeros(1);
        to.Wire.Bytes(message.Packet.Data.Span);
    }

    public static OpenFlowMessage? ReadPacketIn11(ref WireReader body, Decoding at)
    {
        uint buffer = body.U32();
        var port = WirePort.Read(ref body, at);
        body.Skip(4);
        uint size = body.U16();
        var reason = (PacketInReason)body.U8();
        byte table = body.U8();
        if (at.Error != OpenFlowError.None) return null;
        var packet = new PacketIn(Rest(ref body)) { PipelineFields = Match.Any.SetInPort(port), Reason = reason, Table = table };
        return new PacketInMessage(packet, PacketInFormat.Standard) { TotalSize = size, BufferId = buffer };
    }

    public static void WritePacketIn11(PacketInMessage message, MessageWriter to)
    {
        uint port = WirePort.Widen(InPort(message.Packet.PipelineFields));
        to.Wire.U32(message.BufferId);
        to.Wire.U32(port);
        to.Wire.U32(port);
        WriteSizeReasonTable(message, to);
        to.Wire.Bytes(message.Packet.Data.Span);
    }

    public static OpenFlowMessage? ReadPacketIn12(ref WireReader body, Decoding at)
    {
        uint buffer = body.U32();
        uint size = body.U16();
        var reason = (PacketInReason)body.U8();
        byte table = body.U8();
        ulong cookie = at.Version >= OpenFlowVersion.V13 ? body.U64() : NoCookie;
        if (!WireMatch.TryReadOxm(ref body, at, out var fields, isLoose: true)) return null;
        return WithData(ref body, at, buffer, size, new PacketIn(HexBytes.Empty)
        {
            PipelineFields = fields, Reason = reason, Table = table, Cookie = cookie,
        }, PacketInFormat.Standard);
    }

    public static void WritePacketIn12(PacketInMessage message, MessageWriter to)
    {
        to.Wire.U32(message.BufferId);
        WriteSizeReasonTable(message, to);
        if (to.Version >= OpenFlowVersion.V13) to.Wire.U64(message.Packet.Cookie);
        WireMatch.WriteOxm(message.Packet.PipelineFields, to);
        to.Wire.Zeros(2);
        to.Wire.Bytes(message.Packet.Data.Span);
    }

    public static OpenFlowMessage? ReadPacketInNx(ref WireReader body, Decoding at)
    {
        uint buffer = body.U32();
        uint size = body.U16();
        var reason = (PacketInReason)body.U8();
        byte table = body.U8();
        ulong cookie = body.U64();
        int matchSize = body.U16();
        body.Skip(6);
        if (!WireMatch.TryReadNxm(ref body, matchSize, at, out var fields, isLoose: true)) return null;
        return WithData(ref body, at, buffer, size, new PacketIn(HexBytes.Empty)
        {
            PipelineFields = fields, Reason = reason, Table = table, Cookie = cookie,
        }, PacketInFormat.Nicira);
    }

    public static void WritePacketInNx(PacketInMessage message, MessageWriter to)
    {
        var wire = to.Wire;
        wire.U32(message.BufferId);
        WriteSizeReasonTable(message, to);
        wire.U64(message.Packet.Cookie);
        int lengthAt = wire.Size;
        wire.Zeros(8);
        wire.PatchU16(lengthAt, (ushort)WireMatch.WriteNxm(message.Packet.PipelineFields, to));
        wire.Zeros(2);
        wire.Bytes(message.Packet.Data.Span);
    }

    public static OpenFlowMessage? ReadPacketOut(ref WireReader body, Decoding at)
    {
        uint buffer = body.U32();
        Match? fields;
        int actionsSize;
        if (at.Version >= OpenFlowVersion.V15)
        {
            actionsSize = body.U16();
            body.Skip(2);
            if (!WireMatch.TryReadOxm(ref body, at, out fields, isLoose: true, isPipelineOnly: true)) return null;
            if (OpenFlowFields.InPort.Get(ref fields.Mask) == 0) return at.Fail(OpenFlowError.BrcBadPort);
        }
        else
        {
            fields = Match.Any.SetInPort(WirePort.Read(ref body, at));
            actionsSize = body.U16();
            if (at.Version >= OpenFlowVersion.V11) body.Skip(6);
            if (at.Error != OpenFlowError.None) return null;
        }
        if (!WireActions.TryRead(ref body, actionsSize, at, out var actions)) return null;
        var port = InPort(fields);
        bool isPort = !port.IsReserved || port == OfpPort.Local || port == OfpPort.None || port == OfpPort.Controller;
        if (!isPort) return at.Fail(OpenFlowError.BrcBadPort);
        var data = Rest(ref body);
        return new PacketOutMessage
        {
            BufferId = buffer, PipelineFields = fields, Actions = actions, Data = buffer == FlowMod.NoBuffer ? data : HexBytes.Empty,
        };
    }

    public static void WritePacketOut(PacketOutMessage message, MessageWriter to)
    {
        var wire = to.Wire;
        wire.U32(message.BufferId);
        if (to.Version < OpenFlowVersion.V15) WirePort.Write(wire, to.Version, InPort(message.PipelineFields));
        int lengthAt = wire.Size;
        wire.Zeros(to.Version switch { OpenFlowVersion.V10 => 2, OpenFlowVersion.V15 => 4, _ => 8 });
        if (to.Version == OpenFlowVersion.V15) WireMatch.WriteOxm(message.PipelineFields, to);
        int start = wire.Size;
        WireActions.Write(message.Actions, to);
        wire.PatchU16(lengthAt, (ushort)(wire.Size - start));
        if (message.BufferId == FlowMod.NoBuffer) wire.Bytes(message.Data.Span);
    }

    public static OfpPort InPort(Match fields) => fields.Value.InPort;

    public static HexBytes Rest(ref WireReader body) => new(body.Bytes(body.Remaining));

    private static ushort Size(PacketInMessage message) =>
        (ushort)Math.Max(message.TotalSize, (uint)message.Packet.Data.Size);

    private static void WriteSizeReasonTable(PacketInMessage message, MessageWriter to)
    {
        to.Wire.U16(Size(message));
        to.Wire.U8(ReasonIn(message.Packet.Reason, to.Version));
        to.Wire.U8(message.Packet.Table);
    }

    private static PacketInMessage WithData(
        ref WireReader body, Decoding at, uint buffer, uint size, PacketIn packet, PacketInFormat format)
    {
        body.Skip(2);
        return new PacketInMessage(packet with { Data = Rest(ref body) }, format) { TotalSize = size, BufferId = buffer };
    }
}
