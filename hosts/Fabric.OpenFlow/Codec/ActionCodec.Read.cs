using Fabric.Flow;
using Fabric.Wire;
using E = Fabric.OpenFlow.OpenFlowError;
using K = Fabric.OpenFlow.ActionKind;

namespace Fabric.OpenFlow;

/// <summary>Reading single actions: those that are a number or two.</summary>
public static partial class ActionCodec
{
    /// <param name="reader">Stands behind the header and ends with the action.</param>
    /// <returns>Null together with an error.</returns>
    private static OpenFlowAction? ReadOne(ActionKind kind, ref WireReader reader, Context context, out OpenFlowError error)
    {
        error = E.None;
        var action = ReadOutput(kind, ref reader, ref error) ?? ReadHeaderChange(kind, ref reader, ref error)
            ?? ReadField(kind, ref reader, context, ref error) ?? ReadPipeline(kind, ref reader, ref error)
            ?? ReadNested(kind, ref reader, context, ref error);
        if (error != E.None) return null;
        Invariant.Check(action is not null, "every form of an action has a reader");
        return action;
    }

    private static OpenFlowAction? ReadOutput(ActionKind kind, ref WireReader reader, ref OpenFlowError error)
    {
        switch (kind)
        {
            case K.Output10: return Output(new OfpPort(reader.U16()), reader.U16(), ref error);
            case K.Output11:
                if (TryNarrowPort(reader.U32(), out var port)) return Output(port, reader.U16(), ref error);
                error = E.BacBadOutPort;
                return null;
            case K.Enqueue:
                port = new OfpPort(reader.U16());
                reader.Skip(6);
                if (port.Value >= 0xff00 && port != OfpPort.InPort && port != OfpPort.Local) error = E.BacBadOutPort;
                return new EnqueueAction(port, reader.U32());
            case K.SetQueue: return new SetQueueAction(Argument32(ref reader));
            case K.PopQueue: return new PopQueueAction();
            case K.Group: return new GroupAction(Argument32(ref reader));
            case K.Meter: return new ApplyMeterAction(reader.U32());
            case K.OutputTrunc:
                port = new OfpPort(reader.U16());
                var size = reader.U32();
                if (size < 14) error = E.BacBadArgument;
                return new OutputTruncatedAction(port, size);
            case K.Controller:
                return new ControllerAction(reader.U16(), reader.U16(), reader.U8()) { Form = ControllerForm.Extension };
            case K.Controller2: return ReadController2(ref reader, ref error);
            case K.Sample: return ReadSample(ref reader, kind, ref error);
            case K.Sample2: return ReadSample(ref reader, kind, ref error);
            case K.Sample3: return ReadSample(ref reader, kind, ref error);
            default: return null;
        }
    }

    private static OpenFlowAction? ReadHeaderChange(ActionKind kind, ref WireReader reader, ref OpenFlowError error)
    {
        switch (kind)
        {
            case K.SetVlanVid10 or K.SetVlanVid11:
                var vid = reader.U16();
                if (vid > 0xfff) error = E.BacBadArgument;
                return new SetVlanVidAction(vid, kind == K.SetVlanVid10);
            case K.SetVlanPcp10 or K.SetVlanPcp11:
                var pcp = reader.U8();
                if (pcp > 7) error = E.BacBadArgument;
                return new SetVlanPcpAction(pcp, kind == K.SetVlanPcp10);
            case K.StripVlan: return new StripVlanAction();
            case K.PopVlan: return new StripVlanAction(IsPop: true);
            case K.PushVlan:
                var type = reader.U16();
                if (type is not (0x8100 or 0x88a8)) error = E.BacBadArgument;
                return new PushVlanTagAction(type);
            case K.SetEthSource or K.SetEthDestination:
                return new SetEthAction(kind == K.SetEthSource, new MacAddress((ulong)reader.Number(6)));
            case K.SetNwSource or K.SetNwDestination: return new SetNwAddressAction(kind == K.SetNwSource, new Ipv4Address(reader.U32()));
            case K.SetNwTos:
                var tos = reader.U8();
                if ((tos & 3) != 0) error = E.BacBadArgument;
                return new SetNwTosAction(tos);
            case K.SetNwEcn:
                var ecn = reader.U8();
                if (ecn > 3) error = E.BacBadArgument;
                return new SetNwEcnAction(ecn);
            case K.SetNwTtl: return new SetNwTtlAction(reader.U8());
            case K.DecNwTtl: return new DecTtlAction();
            case K.DecTtlIds: return ReadDecTtl(ref reader, ref error);
            case K.SetTpSource or K.SetTpDestination: return new SetTpPortAction(kind == K.SetTpSource, reader.U16());
            case K.SetMplsLabel: return new SetMplsLabelAction(Argument32(ref reader));
            case K.SetMplsTc: return new SetMplsTcAction(reader.U8());
            case K.SetMplsTtl: return new SetMplsTtlAction(reader.U8());
            case K.DecMplsTtl: return new DecMplsTtlAction();
            case K.PushMpls:
                type = reader.U16();
                if (type is not (0x8847 or 0x8848)) error = E.BacBadArgument;
                return new PushMplsTagAction(type);
            case K.PopMpls: return new PopMplsTagAction(reader.U16());
            case K.Encap: return ReadEncap(ref reader, ref error);
            case K.Decap:
                reader.Skip(2);
                var packetType = reader.U32();
                if (reader.Remaining > 0) error = E.NxbacUnknownEdProp;
                return new DecapAction(packetType);
            default: return null;
        }
    }

    private static OpenFlowAction? ReadPipeline(ActionKind kind, ref WireReader reader, ref OpenFlowError error)
    {
        switch (kind)
        {
            case K.Resubmit: return new ResubmitAction(InPort(reader.U16()), null) { IsShort = true };
            case K.ResubmitTable or K.ResubmitTableCt:
                var port = InPort(reader.U16());
                var table = reader.U8();
                if (!reader.SkipZeros(3)) error = E.BacBadArgument;
                return new ResubmitAction(port, table == 0xff ? null : table, kind == K.ResubmitTableCt);
            case K.SetTunnel: return new SetTunnelIdAction(Argument32(ref reader), false);
            case K.SetTunnel64:
                reader.Skip(6);
                return new SetTunnelIdAction(reader.U64(), true);
            case K.Note: return new NoteAction(new HexBytes(reader.Rest));
            case K.Exit: return new ExitAction();
            case K.FinTimeout: return new FinTimeoutAction(reader.U16(), reader.U16());
            case K.WriteMetadata:
                if (!reader.SkipZeros(6)) error = E.NxbrcMustBeZero;
                return new WriteMetadataAction(reader.U64(), reader.U64());
            case K.Conjunction:
                var (clause, count) = (reader.U8(), reader.U8());
                if (count is < 2 or > 64 || clause >= count) error = E.NxbacBadConjunction;
                return new ConjunctionAction(reader.U32(), clause, count);
            case K.CtClear: return new ConnectionClearAction();
            case K.DebugSlow: return new DebugSlowAction();
            case K.DebugRecirc: return new DebugRecircAction();
            default: return null;
        }
    }

    private static OfpPort? InPort(ushort number) => number == OfpPort.InPort.Value ? null : new OfpPort(number);

    /// <summary>A word, which an extension header of 10 bytes puts two bytes further.</summary>
    private static uint Argument32(ref WireReader reader)
    {
        if (reader.Position == ExtensionHeaderSize) reader.Skip(2);
        return reader.U32();
    }

    private static OpenFlowAction Output(OfpPort port, ushort size, ref OpenFlowError error)
    {
        error = CheckOutput(port, 0xff00);
        return port == OfpPort.Controller ? new ControllerAction(size) : new OutputPortAction(port) { MaxLength = size };
    }

    private static DecTtlAction ReadDecTtl(ref WireReader reader, ref OpenFlowError error)
    {
        var count = reader.U16();
        if (!reader.SkipZeros(4)) error = E.NxbrcMustBeZero;
        else if (reader.Remaining < count * 2) error = E.BacBadLen;
        if (error != E.None) return new DecTtlAction();
        var ids = new ushort[count];
        for (var i = 0; i < count; i++) ids[i] = reader.U16();
        return new DecTtlAction { ControllerIds = new ActionList<ushort>(ids), HasIds = true };
    }

    private static ControllerAction ReadController2(ref WireReader reader, ref OpenFlowError error)
    {
        var action = new ControllerAction { Form = ControllerForm.Properties };
        if (!reader.SkipZeros(6)) error = E.NxbrcMustBeZero;
        while (error == E.None && reader.Remaining > 0)
        {
            if (!WireProperty.TryRead(ref reader, out var property, out error)) break;
            var value = new WireReader(property.Value);
            switch (property.Type)
            {
                case 0: action = action with { MaxLength = value.U16() }; break;
                case 1: action = action with { ControllerId = value.U16() }; break;
                case 2: action = action with { Reason = value.U8() }; break;
                case 3: action = action with { UserData = new HexBytes(property.Value) }; break;
                case 4: action = action with { HasPause = true }; break;
                case 5:
                    action = action with { MeterId = value.U32() };
                    if (action.MeterId == uint.MaxValue) action = action with { MeterId = null };
                    if (value.Remaining > 0) error = E.BpcBadLen;
                    break;
                default: error = property.Experimenter != 0 ? E.BpcBadExpType : E.BpcBadType; break;
            }

            if (value.IsExhausted) error = E.BpcBadLen;
        }

        return action;
    }

    private static SamplePacketAction ReadSample(ref WireReader reader, ActionKind kind, ref OpenFlowError error)
    {
        var (probability, set, domain, point) = (reader.U16(), reader.U32(), reader.U32(), reader.U32());
        OfpPort? port = kind == K.Sample ? null : new OfpPort(reader.U16());
        var direction = kind == K.Sample3 ? reader.U8() : (byte)0;
        if (kind == K.Sample3 && !reader.SkipZeros(5)) error = E.NxbrcMustBeZero;
        else if (direction > 2 || probability == 0) error = E.BacBadArgument;
        return new SamplePacketAction(probability, set, domain, point, port == OfpPort.None ? null : port, (SampleDirection)direction);
    }

    /// <summary>Only Ethernet can be put around a packet; headers that OVS knows besides are refused like those it does not.</summary>
    private static EncapEthernetAction ReadEncap(ref WireReader reader, ref OpenFlowError error)
    {
        reader.Skip(2);
        if (reader.U32() != 0) error = E.NxbacBadHeaderType;
        else if (reader.Remaining > 0) error = E.NxbacUnknownEdProp;
        return new EncapEthernetAction();
    }
}
