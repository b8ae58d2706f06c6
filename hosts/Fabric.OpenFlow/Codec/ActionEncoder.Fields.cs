using System.Numerics;
using Fabric.Flow;
using static Fabric.OpenFlow.OpenFlowVersion;
using F = Fabric.OpenFlow.OpenFlowFields;
using K = Fabric.OpenFlow.ActionKind;

namespace Fabric.OpenFlow;

/// <summary>Writing actions that name fields.</summary>
internal ref partial struct ActionEncoder
{
    private const ushort CustomerTag = 0x8100;

    private bool WriteField(OpenFlowAction action)
    {
        switch (action)
        {
            case SetFieldAction a:
                SetField(a);
                if (a.Field == F.VlanTci) _hasVlan = (a.Value & FlowKey.VlanPresent) != 0;
                return true;
            case LoadAction a:
                Load(a.Target, a.Value);
                return true;
            case MoveAction a:
                Move(a);
                return true;
            case PushFieldAction a:
                Stack(K.StackPush, a.Source);
                return true;
            case PopFieldAction a:
                Stack(K.StackPop, a.Target);
                return true;
            case OutputFieldAction a:
                OutputField(a);
                return true;
            case MultipathAction a:
                Begin(K.Multipath);
                _writer.U16((ushort)a.Fields);
                _writer.U16(a.Basis);
                _writer.Zeros(2);
                _writer.U16((ushort)a.Algorithm);
                _writer.U16(a.MaxLink);
                _writer.U32(a.Argument);
                _writer.Zeros(2);
                _writer.U16(Packed(a.Target.Start, a.Target.Width));
                _writer.U32(NxmHeader(a.Target.Field));
                return true;
            case BundleAction a:
                Bundle(a);
                return true;
            case CheckPacketLargerAction a:
                var start = Begin(K.CheckPktLarger);
                _writer.U16(a.Length);
                _writer.U16((ushort)a.Target.Start);
                FieldHeader(a.Target.Field, 0);
                FillTo(start, 24);
                return true;
            case DeleteFieldAction a:
                start = Begin(K.DeleteField);
                FieldHeader(a.Field, 0);
                FillTo(start, 24);
                return true;
            default: return false;
        }
    }

    private readonly void SetField(SetFieldAction action)
    {
        var (field, value, mask) = (action.Field, action.Value, action.Mask);
        var isMasked = mask != field.AllOnes || action.HasFullMask;
        if (_version >= V15 || (_version >= V12 && !action.IsExtension && !isMasked)) SetFieldStandard(field, value, mask, isMasked);
        else if (_version >= V12 || action.IsExtension) SetFieldExtension(field, value, mask, isMasked, action.IsExtension);
        else SetFieldLegacy(action);
    }

    private readonly void Load(FieldBits target, UInt128 value)
    {
        var mask = target.Width >= 128 ? UInt128.MaxValue : (UInt128.One << target.Width) - 1;
        var (whole, wholeMask) = (value << target.Start, mask << target.Start);
        var isMasked = target.Width != target.Field.WireSize * 8;
        if (_version < V15) SetFieldExtension(target.Field, whole, wholeMask, isMasked, false);
        else SetFieldStandard(target.Field, whole, wholeMask, isMasked);
    }

    /// <summary>With OpenFlow 1.2's action.</summary>
    private readonly void SetFieldStandard(OpenFlowField field, UInt128 value, UInt128 mask, bool isMasked)
    {
        var start = Begin(_version >= V15 ? K.SetField15 : K.SetField12);
        Entry(field, _version, value, mask, isMasked);
        Pad(start);
    }

    private readonly void SetWhole(OpenFlowField field, UInt128 value) => SetFieldStandard(field, value, field.AllOnes, false);

    /// <summary>With Nicira's actions: one per run of ones in the mask, or one for all where a field has no short name.</summary>
    private readonly void SetFieldExtension(OpenFlowField field, UInt128 value, UInt128 mask, bool isMasked, bool isSecond)
    {
        if (isSecond || field.CodeFor(0).IsExperimenter || field.TunnelIndex is not null)
        {
            var start = Begin(K.RegLoad2);
            Entry(field, 0, value, mask, isMasked);
            Pad(start);
            return;
        }

        // A field whose bits for actions are fewer than those it has gives no segment to the rest.
        if (field.ActionWidth < 128) mask &= (UInt128.One << field.ActionWidth) - 1;
        while (mask != 0)
        {
            var low = (int)UInt128.TrailingZeroCount(mask);
            var width = Math.Min(64, (int)UInt128.TrailingZeroCount(~(mask >> low)));
            var ones = (UInt128.One << width) - 1;
            RegLoad(field, low, width, (ulong)((value >> low) & ones));
            mask &= ~(ones << low);
        }
    }

    /// <summary>With the actions that OpenFlow 1.0 and 1.1 have of their own, if any.</summary>
    private readonly void SetFieldLegacy(SetFieldAction action)
    {
        var (field, value) = (action.Field, (uint)(action.Value & uint.MaxValue));
        var isFirst = _version == V10;
        if (field == F.VlanTci) SetTciLegacy((ushort)value);
        else if (field == F.VlanVid) Small(isFirst ? K.SetVlanVid10 : K.SetVlanVid11, value & 0xfff, 2);
        else if (field == F.VlanPcp) Small(isFirst ? K.SetVlanPcp10 : K.SetVlanPcp11, value, 1);
        else if (field == F.EthSource || field == F.EthDestination) SetEth(field == F.EthSource, (ulong)action.Value);
        else if (field == F.NwSource || field == F.NwDestination) Small(field == F.NwSource ? K.SetNwSource : K.SetNwDestination, value, 4);
        else if (field == F.NwTos || field == F.Dscp) Small(K.SetNwTos, field == F.Dscp ? value << 2 : value, 1);
        else if (field == F.Ecn) SetEcn((byte)value);
        else if (field == F.TcpSource || field == F.UdpSource) Small(K.SetTpSource, value, 2);
        else if (field == F.TcpDestination || field == F.UdpDestination) Small(K.SetTpDestination, value, 2);
        else SetFieldExtension(field, action.Value, action.Mask, action.Mask != field.AllOnes, false);
    }

    private readonly void SetTciLegacy(ushort tci)
    {
        var isFirst = _version == V10;
        if ((tci & FlowKey.VlanPresent) == 0)
        {
            Empty(isFirst ? K.StripVlan : K.PopVlan);
            return;
        }

        if (!isFirst && !_hasVlan) Small(K.PushVlan, CustomerTag, 2);
        Small(isFirst ? K.SetVlanVid10 : K.SetVlanVid11, tci & 0xfffu, 2);
        Small(isFirst ? K.SetVlanPcp10 : K.SetVlanPcp11, (uint)tci >> 13, 1);
    }

    private void PushVlanIfNeeded(bool isWanted)
    {
        if (_version > V10 && isWanted && !_hasVlan) Small(K.PushVlan, CustomerTag, 2);
        _hasVlan = true;
    }

    private readonly void SetEth(bool isSource, ulong address)
    {
        var start = Begin(isSource ? K.SetEthSource : K.SetEthDestination);
        _writer.Number(address, 6);
        Pad(start);
    }

    private readonly void SetEcn(byte ecn)
    {
        if (_version == V10) RegLoad(F.Ecn, 0, 2, ecn);
        else if (_version == V11) Small(K.SetNwEcn, ecn, 1);
        else SetWhole(F.Ecn, ecn);
    }

    private readonly void SetTpPort(SetTpPortAction action)
    {
        var field = _proto switch
        {
            6 => action.IsSource ? F.TcpSource : F.TcpDestination,
            17 => action.IsSource ? F.UdpSource : F.UdpDestination,
            132 => action.IsSource ? F.SctpSource : F.SctpDestination,
            _ => null,
        };
        if (_version >= V12 && field is not null) SetWhole(field, action.Port);
        else Small(action.IsSource ? K.SetTpSource : K.SetTpDestination, action.Port, 2);
    }

    private readonly void RegLoad(OpenFlowField field, int start, int width, ulong value)
    {
        Begin(K.RegLoad);
        _writer.U16(Packed(start, width));
        _writer.U32(NxmHeader(field));
        _writer.U64(value);
    }

    private readonly void Move(MoveAction action)
    {
        var isOnf = _version == V13 && action.IsCopyField;
        var start = Begin(_version >= V15 ? K.CopyField15 : isOnf ? K.CopyFieldOnf : K.RegMove);
        if (isOnf) _writer.Zeros(2);
        _writer.U16((ushort)action.Target.Width);
        _writer.U16((ushort)action.Source.Start);
        _writer.U16((ushort)action.Target.Start);
        if (isOnf || _version >= V15) _writer.Zeros(2);
        var names = isOnf || _version >= V15 ? _version : 0;
        FieldHeader(action.Source.Field, names);
        FieldHeader(action.Target.Field, names);
        Pad(start);
    }

    private readonly void Stack(ActionKind kind, FieldBits bits)
    {
        var start = Begin(kind);
        _writer.U16((ushort)bits.Start);
        FieldHeader(bits.Field, 0);
        _writer.U16((ushort)bits.Width);
        FillTo(start, 24);
    }

    private readonly void OutputField(OutputFieldAction action)
    {
        var isSecond = action.Source.Field.CodeFor(0).IsExperimenter;
        var start = Begin(isSecond ? K.OutputReg2 : K.OutputReg);
        _writer.U16(Packed(action.Source.Start, action.Source.Width));
        if (isSecond) _writer.U16(action.MaxLength);
        FieldHeader(action.Source.Field, 0);
        if (!isSecond) _writer.U16(action.MaxLength);
        FillTo(start, 24);
    }

    private readonly void Bundle(BundleAction action)
    {
        var start = Begin(action.Target is null ? K.Bundle : K.BundleLoad);
        _writer.U16((ushort)action.Algorithm);
        _writer.U16((ushort)action.Fields);
        _writer.U16(action.Basis);
        _writer.U32(NxmHeader(F.InPort));
        _writer.U16((ushort)action.Members.Count);
        _writer.U16(action.Target is { } bits ? Packed(bits.Start, bits.Width) : (ushort)0);
        _writer.U32(action.Target is { } target ? NxmHeader(target.Field) : 0);
        _writer.Zeros(4);
        foreach (var member in action.Members.Span) _writer.U16(member.Value);
        Pad(start);
    }

    /// <summary>A field with its value. Leading zeros of a tunnel option are left out.</summary>
    private readonly void Entry(OpenFlowField field, OpenFlowVersion names, UInt128 value, UInt128 mask, bool hasMask)
    {
        var size = field.TunnelIndex is null ? field.WireSize : Math.Max(BytesOf(value), hasMask ? BytesOf(mask) : 0);
        field.WriteHeader(names, size, hasMask, _writer);
        _writer.Number(value, size);
        if (hasMask) _writer.Number(mask, size);
    }

    private static int BytesOf(UInt128 value) => (128 - (int)UInt128.LeadingZeroCount(value) + 7) / 8;

    private readonly void FieldHeader(OpenFlowField field, OpenFlowVersion names) =>
        field.WriteHeader(names, field.TunnelIndex is not null && field.Size == 0 ? TunnelOptionMap.MaxOptionSize : field.WireSize, false,
            _writer);

    /// <summary>The four bytes of a field that needs no more (OVS: <c>nxm_header_from_mff</c>).</summary>
    private static uint NxmHeader(OpenFlowField field) => field.CodeFor(0) is { IsExperimenter: false } code
        ? code.Header(field.WireSize, false) : 0;

    private static ushort Packed(int start, int width) => (ushort)(start << 6 | (width - 1));

    private readonly void FillTo(int start, int size)
    {
        _writer.Zeros(Math.Max(0, size - (_writer.Size - start)));
        Pad(start);
    }
}
