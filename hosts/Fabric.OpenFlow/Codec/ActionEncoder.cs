using Fabric.Flow;
using Fabric.Wire;
using static Fabric.OpenFlow.OpenFlowVersion;
using F = Fabric.OpenFlow.OpenFlowFields;
using K = Fabric.OpenFlow.ActionKind;

namespace Fabric.OpenFlow;

/// <summary>
/// Writes actions one after the other and follows what they make of the packet, because a few forms depend on it: whether a VLAN tag must
/// be pushed before its id is set, and whose port an L4 port is.
/// </summary>
internal ref partial struct ActionEncoder
{
    private readonly OpenFlowVersion _version;
    private readonly WireWriter _writer;
    private bool _hasVlan;
    private byte _proto;

    public ActionEncoder(OpenFlowVersion version, WireWriter writer, Match? match)
    {
        _version = version;
        _writer = writer;
        if (match is null) return;
        _hasVlan = (match.Value.Packet.VlanTci & FlowKey.VlanPresent) != 0;
        _proto = match.Value.Packet.NwProto;
    }

    public void Write(OpenFlowAction action)
    {
        if (WriteOutput(action) || WriteHeaderChange(action) || WriteField(action) || WritePipeline(action) || WriteNested(action)) return;
        Invariant.Fail($"every action has an encoding, but not {action.GetType().Name}");
    }

    private bool WriteOutput(OpenFlowAction action)
    {
        switch (action)
        {
            case OutputPortAction a:
                Output(a.Port, a.MaxLength);
                return true;
            case ControllerAction a:
                Controller(a);
                return true;
            case OutputTruncatedAction a:
                Begin(K.OutputTrunc);
                _writer.U16(a.Port.Value);
                _writer.U32(a.MaxLength);
                return true;
            case GroupAction a:
                Argument32(K.Group, a.GroupId);
                return true;
            case SetQueueAction a:
                Argument32(K.SetQueue, a.Queue);
                return true;
            case PopQueueAction:
                Empty(K.PopQueue);
                return true;
            case EnqueueAction a:
                Enqueue(a);
                return true;
            case ApplyMeterAction a:
                if (_version >= V15) Argument32(K.Meter, a.MeterId);
                else if (_version >= V13) InstructionCodec.WriteMeter(a, _writer);
                return true;
            case SamplePacketAction a:
                Sample(a);
                return true;
            default: return false;
        }
    }

    private bool WriteHeaderChange(OpenFlowAction action)
    {
        switch (action)
        {
            case SetVlanVidAction a:
                PushVlanIfNeeded(a.PushesIfNeeded);
                if (_version >= V12) SetWhole(F.VlanVid, (UInt128)(a.Vid | FlowKey.VlanPresent));
                else Small(_version == V10 ? K.SetVlanVid10 : K.SetVlanVid11, a.Vid, 2);
                return true;
            case SetVlanPcpAction a:
                PushVlanIfNeeded(a.PushesIfNeeded);
                if (_version >= V12) SetWhole(F.VlanPcp, a.Pcp);
                else Small(_version == V10 ? K.SetVlanPcp10 : K.SetVlanPcp11, a.Pcp, 1);
                return true;
            case StripVlanAction:
                Empty(_version == V10 ? K.StripVlan : K.PopVlan);
                _hasVlan = false;
                return true;
            case PushVlanTagAction a:
                // In OpenFlow 1.0 the action that sets the id, which follows, pushes the tag.
                if (_version > V10) Small(K.PushVlan, a.EthType, 2);
                _hasVlan = true;
                return true;
            case SetEthAction a:
                if (_version >= V12) SetWhole(a.IsSource ? F.EthSource : F.EthDestination, a.Address.Value);
                else SetEth(a.IsSource, a.Address.Value);
                return true;
            case SetNwAddressAction a:
                if (_version >= V12) SetWhole(a.IsSource ? F.NwSource : F.NwDestination, a.Address.Value);
                else Small(a.IsSource ? K.SetNwSource : K.SetNwDestination, a.Address.Value, 4);
                return true;
            case SetNwTosAction a:
                if (_version >= V12) SetWhole(F.Dscp, (UInt128)(a.Tos >> 2));
                else Small(K.SetNwTos, a.Tos, 1);
                return true;
            case SetNwEcnAction a:
                SetEcn(a.Ecn);
                return true;
            case SetNwTtlAction a:
                if (_version >= V11) Small(K.SetNwTtl, a.Ttl, 1);
                else RegLoad(F.NwTtl, 0, 8, a.Ttl);
                return true;
            case DecTtlAction a:
                DecTtl(a);
                return true;
            case SetTpPortAction a:
                SetTpPort(a);
                return true;
            default: return WriteMpls(action);
        }
    }

    private bool WriteMpls(OpenFlowAction action)
    {
        switch (action)
        {
            case SetMplsLabelAction a:
                if (_version >= V12) SetWhole(F.MplsLabel, a.Label);
                else Argument32(K.SetMplsLabel, a.Label);
                return true;
            case SetMplsTcAction a:
                if (_version >= V12) SetWhole(F.MplsTc, a.TrafficClass);
                else Small(K.SetMplsTc, a.TrafficClass, 1);
                return true;
            case SetMplsTtlAction a:
                Small(K.SetMplsTtl, a.Ttl, 1);
                return true;
            case DecMplsTtlAction:
                Empty(K.DecMplsTtl);
                return true;
            case PushMplsTagAction a:
                Small(K.PushMpls, a.EthType, 2);
                _proto = 0;
                return true;
            case PopMplsTagAction a:
                Small(K.PopMpls, a.EthType, 2);
                return true;
            case EncapEthernetAction:
                Begin(K.Encap);
                _writer.Zeros(6);
                return true;
            case DecapAction a:
                Begin(K.Decap);
                _writer.Zeros(2);
                _writer.U32(a.NewPacketType);
                return true;
            default: return false;
        }
    }

    private bool WritePipeline(OpenFlowAction action)
    {
        switch (action)
        {
            case ResubmitAction a:
                Resubmit(a);
                return true;
            case GotoTableAction a:
                if (_version == V10) Resubmit(new ResubmitAction(null, a.Table));
                else InstructionCodec.WriteGotoTable(a, _writer);
                return true;
            case SetTunnelIdAction a:
                SetTunnel(a);
                return true;
            case NoteAction a:
                var start = Begin(K.Note);
                _writer.Truncate(_writer.Size);
                _writer.Bytes(a.Bytes.Span);
                Pad(start);
                return true;
            case ExitAction:
                Empty(K.Exit);
                return true;
            case FinTimeoutAction a:
                Begin(K.FinTimeout);
                _writer.U16(a.IdleSeconds);
                _writer.U16(a.HardSeconds);
                _writer.U16(0);
                return true;
            case WriteMetadataAction a:
                WriteMetadata(a);
                return true;
            case ClearActionsAction:
                if (_version > V10) InstructionCodec.WriteClearActions(_writer);
                return true;
            case ConjunctionAction a:
                Begin(K.Conjunction);
                _writer.U8(a.Clause);
                _writer.U8(a.ClauseCount);
                _writer.U32(a.Id);
                return true;
            case ConnectionClearAction:
                Empty(K.CtClear);
                return true;
            case DebugSlowAction:
                Empty(K.DebugSlow);
                return true;
            case DebugRecircAction:
                Empty(K.DebugRecirc);
                return true;
            default: return false;
        }
    }

    private void Output(OfpPort port, ushort size)
    {
        Begin(_version == V10 ? K.Output10 : K.Output11);
        if (_version == V10) _writer.U16(port.Value);
        else _writer.U32(ActionCodec.WidePort(port));
        _writer.U16(size);
        if (_version > V10) _writer.Zeros(6);
    }

    private void Enqueue(EnqueueAction action)
    {
        if (_version > V10)
        {
            Argument32(K.SetQueue, action.Queue);
            Output(action.Port, ushort.MaxValue);
            Empty(K.PopQueue);
            return;
        }

        Begin(K.Enqueue);
        _writer.U16(action.Port.Value);
        _writer.Zeros(6);
        _writer.U32(action.Queue);
    }

    private void Resubmit(ResubmitAction action)
    {
        var port = (action.Port ?? OfpPort.InPort).Value;
        if (action is { Table: null, IsShort: true })
        {
            Begin(K.Resubmit);
            _writer.U16(port);
            _writer.Zeros(4);
            return;
        }

        Begin(action.WithConnectionTuple ? K.ResubmitTableCt : K.ResubmitTable);
        _writer.U16(port);
        _writer.U8(action.Table ?? 0xff);
        _writer.Zeros(3);
    }

    private void SetTunnel(SetTunnelIdAction action)
    {
        if (_version >= V12) SetWhole(F.TunnelId, action.Id);
        else if (action is { IsWide: false, Id: <= uint.MaxValue }) Argument32(K.SetTunnel, (uint)action.Id);
        else
        {
            Begin(K.SetTunnel64);
            _writer.Zeros(6);
            _writer.U64(action.Id);
        }
    }

    private void WriteMetadata(WriteMetadataAction action)
    {
        if (_version > V10)
        {
            InstructionCodec.WriteMetadata(action, _writer);
            return;
        }

        Begin(K.WriteMetadata);
        _writer.Zeros(6);
        _writer.U64(action.Value);
        _writer.U64(action.Mask);
    }

    private void Controller(ControllerAction action)
    {
        if (action.UserData.Size > 0 || action.HasPause || action.MeterId is not null || action.Form == ControllerForm.Properties)
        {
            Controller2(action);
            return;
        }

        if (action is { Form: ControllerForm.Output, ControllerId: 0, Reason: 1 })
        {
            Output(OfpPort.Controller, action.MaxLength);
            return;
        }

        Begin(K.Controller);
        _writer.U16(action.MaxLength);
        _writer.U16(action.ControllerId);
        _writer.U8(action.Reason);
        _writer.U8(0);
    }

    private void Controller2(ControllerAction action)
    {
        var start = Begin(K.Controller2);
        _writer.Zeros(6);
        if (action.MaxLength != ushort.MaxValue) Property(0, action.MaxLength, 2);
        if (action.ControllerId != 0) Property(1, action.ControllerId, 2);
        if (action.Reason != 1) Property(2, action.Reason, 1);
        if (action.UserData.Size > 0)
        {
            var property = WireProperty.Begin(_writer, 3);
            _writer.Bytes(action.UserData.Span);
            WireProperty.End(_writer, property);
        }

        if (action.HasPause) Property(4, 0, 0);
        if (action.MeterId is { } meter) Property(5, meter, 4);
        Pad(start);
    }

    private void Property(ushort type, uint value, int size)
    {
        var start = WireProperty.Begin(_writer, type);
        _writer.Number(value, size);
        // OVS counts the padding of 16-bit values as part of them.
        if (size == 2) _writer.Zeros(2);
        WireProperty.End(_writer, start);
    }

    private void Sample(SamplePacketAction action)
    {
        var kind = action.Direction != SampleDirection.Default ? K.Sample3 : action.SamplingPort is not null ? K.Sample2 : K.Sample;
        Begin(kind);
        _writer.U16(action.Probability);
        _writer.U32(action.CollectorSetId);
        _writer.U32(action.ObservationDomain);
        _writer.U32(action.ObservationPoint);
        if (kind == K.Sample) return;
        _writer.U16((action.SamplingPort ?? OfpPort.None).Value);
        _writer.U8((byte)action.Direction);
        _writer.Zeros(5);
    }

    private void DecTtl(DecTtlAction action)
    {
        if (action is { HasIds: false, ControllerIds: [0] })
        {
            Empty(K.DecNwTtl);
            return;
        }

        var start = Begin(K.DecTtlIds);
        _writer.U16((ushort)action.ControllerIds.Count);
        _writer.Zeros(4);
        foreach (var id in action.ControllerIds.Span) _writer.U16(id);
        Pad(start);
    }

    /// <summary>Writes the header. The length is that of the least action; <see cref="Pad"/> corrects it.</summary>
    /// <returns>Where the action begins.</returns>
    private readonly int Begin(ActionKind kind)
    {
        var row = ActionTable.RowOf(kind);
        var code = row.CodeIn(_version);
        var start = _writer.Size;
        _writer.U16(code.Vendor == 0 ? code.Type : ActionTable.Vendor);
        _writer.U16((ushort)row.SizeIn(code.Vendor));
        if (code.Vendor == 0) return start;
        _writer.U32(code.Vendor);
        _writer.U16(code.Type);
        return start;
    }

    /// <summary>Zeros up to the end of the action, whose length is set.</summary>
    private readonly void Pad(int start)
    {
        _writer.PadTo8(start);
        _writer.PatchU16(start + 2, (ushort)(_writer.Size - start));
    }

    private readonly void Empty(ActionKind kind) => Pad(Begin(kind));

    /// <summary>An argument of 1 or 2 bytes right behind the header, or of 4 behind a standard one.</summary>
    private readonly void Small(ActionKind kind, uint value, int size)
    {
        var start = Begin(kind);
        _writer.Number(value, size);
        Pad(start);
    }

    private readonly void Argument32(ActionKind kind, uint value)
    {
        var start = Begin(kind);
        if (_writer.Size - start != 4) _writer.Zeros(2);
        _writer.U32(value);
        Pad(start);
    }
}
