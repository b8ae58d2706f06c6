using Fabric.Wire;
using static Fabric.OpenFlow.OpenFlowVersion;
using K = Fabric.OpenFlow.ActionKind;

namespace Fabric.OpenFlow;

/// <summary>Writing actions that hold other ones, or parts of rules.</summary>
internal ref partial struct ActionEncoder
{
    private const int LearnConstant = 1 << 13;
    private const int LearnDestinationShift = 11;

    private bool WriteNested(OpenFlowAction action)
    {
        switch (action)
        {
            case ConnectionTrackAction a:
                ConnectionTrack(a);
                return true;
            case NatAction a:
                Nat(a);
                return true;
            case CloneListAction a:
                var start = Begin(K.Clone);
                _writer.Zeros(6);
                foreach (var inner in a.Actions.Span) Write(inner);
                Pad(start);
                return true;
            case LearnAction a:
                Learn(a);
                return true;
            case WriteActionsAction a:
                WriteActions(a);
                return true;
            default: return false;
        }
    }

    private void WriteActions(WriteActionsAction action)
    {
        if (_version == V10 || action.Actions.Count == 0) return;
        var start = InstructionCodec.BeginActions(InstructionCodec.WriteActionsType, _writer);
        foreach (var inner in action.Actions.Span) Write(inner);
        InstructionCodec.End(start, _writer);
    }

    private void ConnectionTrack(ConnectionTrackAction action)
    {
        var start = Begin(K.Ct);
        _writer.U16((ushort)action.Flags);
        _writer.U32(action.ZoneSource is { } source ? NxmHeader(source.Field) : 0);
        _writer.U16(action.ZoneSource is { } bits ? Packed(bits.Start, bits.Width) : action.Zone);
        _writer.U8(action.RecircTable ?? 0xff);
        _writer.Zeros(3);
        _writer.U16(action.Alg);
        foreach (var inner in action.Actions.Span) Write(inner);
        Pad(start);
    }

    private readonly void Nat(NatAction action)
    {
        var start = Begin(K.Nat);
        _writer.Zeros(2);
        _writer.U16((ushort)action.Flags);
        _writer.U16(0);
        var range = 0;
        var shift = action.IsIpv4 ? 0 : 2;
        if (action.AddressLow is { } low)
        {
            Address(low, action.IsIpv4);
            range |= 1 << shift;
            if (action.AddressHigh is { } high)
            {
                Address(high, action.IsIpv4);
                range |= 2 << shift;
            }

            if (action.PortLow != 0)
            {
                _writer.U16(action.PortLow);
                range |= 1 << 4;
            }

            if (action.PortHigh != 0)
            {
                _writer.U16(action.PortHigh);
                range |= 1 << 5;
            }
        }

        _writer.PatchU16(start + 14, (ushort)range);
        Pad(start);
    }

    private readonly void Address(Ipv6Address address, bool isIpv4)
    {
        if (isIpv4) _writer.U32((uint)address.Low);
        else
        {
            _writer.U64(address.High);
            _writer.U64(address.Low);
        }
    }

    private readonly void Learn(LearnAction action)
    {
        var hasResult = (action.Flags & LearnFlags.WriteResult) != 0;
        var isSecond = action.Limit != 0 || hasResult || action.IsSecond;
        var start = Begin(isSecond ? K.Learn2 : K.Learn);
        _writer.U16(action.IdleTimeoutSeconds);
        _writer.U16(action.HardTimeoutSeconds);
        _writer.U16(action.Priority);
        _writer.U64(action.Cookie);
        _writer.U16((ushort)action.Flags);
        _writer.U8(action.Table);
        _writer.U8(0);
        _writer.U16(action.FinIdleTimeoutSeconds);
        _writer.U16(action.FinHardTimeoutSeconds);
        if (isSecond)
        {
            _writer.U32(action.Limit);
            _writer.U16((ushort)(action.ResultTarget?.Start ?? 0));
            _writer.U16(0);
            if (hasResult && action.ResultTarget is { } target) FieldHeader(target.Field, 0);
        }

        foreach (var spec in action.Specs.Span) LearnPart(spec);
        Pad(start);
    }

    private readonly void LearnPart(LearnSpec spec)
    {
        _writer.U16((ushort)(spec.Width | (int)spec.Destination << LearnDestinationShift | (spec.Source is null ? LearnConstant : 0)));
        if (spec.Source is { } source)
        {
            _writer.U32(NxmHeader(source.Field));
            _writer.U16((ushort)source.Start);
        }
        else _writer.Number(spec.Constant, 2 * ((spec.Width + 15) / 16));

        if (spec.Target is not { } target) return;
        _writer.U32(NxmHeader(target.Field));
        _writer.U16((ushort)target.Start);
    }
}
