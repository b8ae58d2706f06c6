using Fabric.Flow;
using E = Fabric.OpenFlow.OpenFlowError;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.OpenFlow;

/// <summary>Goes through a list and keeps what is known of the packet: a push makes a tag that a later action may set.</summary>
internal ref struct ActionChecker
{
    private const uint UnknownPacketType = uint.MaxValue;
    private const uint LastMeter = 0xffff0000;
    private const uint InvalidConnection = 0x10;
    private const ushort FtpPort = 21;
    private const ushort TftpPort = 69;

    private readonly Match _match;
    private readonly ushort _portEnd;
    private readonly byte _table;
    private readonly byte _tableCount;
    private FlowKey _key;
    private bool _isInconsistent;

    public ActionChecker(Match match, ushort portEnd, byte table, byte tableCount)
    {
        _match = match;
        _portEnd = portEnd;
        _table = table;
        _tableCount = tableCount;
        _key = match.Value.Packet;
    }

    private readonly bool HasVlan => (_key.VlanTci & FlowKey.VlanPresent) != 0;

    private readonly ushort EthType => _key.PacketType == 0 ? _key.EthType
        : _key.PacketType >> 16 == 1 ? (ushort)_key.PacketType : FlowKey.NonEthernetType;

    private readonly bool IsIp => EthType is 0x0800 or 0x86dd;

    /// <param name="needsOpenFlow10">Something does not fit the match in a way that only version 1.0 allows.</param>
    public OpenFlowError Check(OpenFlowActions actions, out bool needsOpenFlow10)
    {
        var error = E.None;
        foreach (var action in actions.Span)
        {
            error = Check(action);
            if (error != E.None) break;
        }

        needsOpenFlow10 = _isInconsistent;
        return error;
    }

    private OpenFlowError Check(OpenFlowAction action)
    {
        switch (action)
        {
            case OutputPortAction a: return ActionCodec.CheckOutput(a.Port, _portEnd);
            case OutputTruncatedAction a: return ActionCodec.CheckOutput(a.Port, _portEnd);
            case EnqueueAction a:
                return a.Port.Value >= _portEnd && a.Port != OfpPort.InPort && a.Port != OfpPort.Local ? E.BacBadOutPort : E.None;
            case ApplyMeterAction a: return a.MeterId is 0 or > LastMeter ? E.MmfcInvalidMeter : E.None;
            case GotoTableAction a:
                return (_table != ActionCheck.AnyTable && a.Table <= _table)
                    || (_tableCount != ActionCheck.AnyTable && a.Table >= _tableCount) ? E.BicBadTableId : E.None;
            case ResubmitAction a:
                return a.WithConnectionTuple && !MatchCodec.IsValidConnection(_key.CtState, _match.Mask.Packet.CtState)
                    ? E.BacMatchInconsistent : E.None;
            case ConnectionTrackAction a: return CheckConnectionTrack(a);
            case NatAction a:
                return IsIp && (a.AddressLow is null || EthType == (a.IsIpv4 ? 0x0800 : 0x86dd)) ? E.None : E.BacMatchInconsistent;
            case CloneListAction a: return CheckInner(a.Actions, true);
            case WriteActionsAction a: return CheckInner(a.Actions, false);
            case FinTimeoutAction:
                _isInconsistent |= _key.NwProto != 6;
                return E.None;
            default: return CheckField(action) ?? CheckHeaderChange(action);
        }
    }

    private OpenFlowError? CheckField(OpenFlowAction action)
    {
        switch (action)
        {
            case OutputFieldAction a: return CheckBits(a.Source, false);
            case PushFieldAction a: return CheckBits(a.Source, false);
            case PopFieldAction a: return CheckBits(a.Target, true);
            case MultipathAction a: return CheckBits(a.Target, true);
            case MoveAction a:
                var error = CheckBits(a.Source, false);
                return error != E.None ? error : CheckBits(a.Target, true);
            case SetFieldAction a: return CheckSet(a.Field, a.Value);
            case LoadAction a: return CheckSet(a.Target.Field, a.Value << a.Target.Start);
            case BundleAction a: return CheckBundle(a);
            case LearnAction a: return CheckLearn(a);
            case DeleteFieldAction a: return a.Field.TunnelIndex is null ? E.BacBadArgument : E.None;
            default: return null;
        }
    }

    private OpenFlowError CheckHeaderChange(OpenFlowAction action)
    {
        switch (action)
        {
            case SetVlanVidAction a:
                SetVlan(a.PushesIfNeeded);
                break;
            case SetVlanPcpAction a:
                SetVlan(a.PushesIfNeeded);
                break;
            case StripVlanAction:
                _isInconsistent |= !HasVlan;
                (_key.VlanTci, _key.InnerVlanTci) = (_key.InnerVlanTci, 0);
                break;
            case PushVlanTagAction:
                if ((_key.InnerVlanTci & FlowKey.VlanPresent) != 0) return E.BacBadTag;
                (_key.VlanTci, _key.InnerVlanTci) = (FlowKey.VlanPresent, _key.VlanTci);
                break;
            case SetNwAddressAction:
                _isInconsistent |= EthType != 0x0800;
                break;
            case SetNwTosAction or SetNwEcnAction or SetNwTtlAction or DecTtlAction:
                _isInconsistent |= !IsIp;
                break;
            case SetTpPortAction:
                _isInconsistent |= !IsIp || (_key.NwFragment & FragmentBits.Later) != 0 || _key.NwProto is not (6 or 17 or 132);
                break;
            case SetMplsLabelAction or SetMplsTcAction or SetMplsTtlAction or DecMplsTtlAction:
                _isInconsistent |= EthType is not (0x8847 or 0x8848);
                break;
            case PushMplsTagAction a:
                _isInconsistent |= _key.PacketType != 0;
                (_key.EthType, _key.NwProto) = (a.EthType, 0);
                break;
            case PopMplsTagAction a:
                _isInconsistent |= _key.PacketType != 0 || EthType is not (0x8847 or 0x8848);
                _key.EthType = a.EthType;
                break;
            case EncapEthernetAction:
                _key.PacketType = 0;
                if (!IsIp) _key.NwProto = 0;
                break;
            case DecapAction:
                (_key.PacketType, _key.EthType) = _key.PacketType == 0
                    ? (1u << 16 | _key.EthType, _key.EthType)
                    : (UnknownPacketType, ushort.MaxValue);
                break;
        }

        return E.None;
    }

    private void SetVlan(bool pushesIfNeeded)
    {
        _isInconsistent |= !HasVlan && !pushesIfNeeded;
        _key.VlanTci |= FlowKey.VlanPresent;
    }

    private OpenFlowError CheckSet(OpenFlowField field, UInt128 value)
    {
        if (!MatchCodec.HasPrerequisite(field, ref _key, _match.Mask.Packet.CtState) || (field == F.VlanVid && !HasVlan))
            return E.BacMatchInconsistent;
        if (field == F.VlanTci) _key.VlanTci = (ushort)value;
        return E.None;
    }

    private OpenFlowError CheckBits(FieldBits bits, bool isWritten)
    {
        if (bits.Width == 0 || bits.Start + bits.Width > bits.Field.ActionWidth) return E.BacBadSetLen;
        if (!MatchCodec.HasPrerequisite(bits.Field, ref _key, _match.Mask.Packet.CtState)) return E.BacMatchInconsistent;
        return isWritten && !bits.Field.IsWritable ? E.BacBadSetArgument : E.None;
    }

    private OpenFlowError CheckBundle(BundleAction action)
    {
        var error = action.Target is { } target ? CheckBits(target, true) : E.None;
        foreach (var member in action.Members.Span)
        {
            if (error != E.None) return error;
            if (member == OfpPort.Controller) return E.BacBadOutPort;
            if (member != OfpPort.None) error = ActionCodec.CheckOutput(member, _portEnd);
        }

        return error;
    }

    private OpenFlowError CheckConnectionTrack(ConnectionTrackAction action)
    {
        var isWrongAlg = (action.Alg == FtpPort && _key.NwProto != 6) || (action.Alg == TftpPort && _key.NwProto != 17);
        var commitsInvalid = (_key.CtState & InvalidConnection) != 0 && (action.Flags & CtFlags.Commit) != 0;
        if (!IsIp || commitsInvalid || isWrongAlg) return E.BacMatchInconsistent;
        return action.ZoneSource is { } source ? CheckBits(source, false) : CheckInner(action.Actions, true);
    }

    /// <summary>What a list inside does to the packet ends with it.</summary>
    private OpenFlowError CheckInner(OpenFlowActions actions, bool counts)
    {
        var inner = this;
        inner._isInconsistent = false;
        var error = inner.Check(actions, out var isInconsistent);
        _isInconsistent |= counts && isInconsistent;
        return error;
    }

    private OpenFlowError CheckLearn(LearnAction action)
    {
        var learned = new Match();
        foreach (var spec in action.Specs.Span)
        {
            var error = spec.Source is { } source ? CheckBits(source, false) : E.None;
            if (error == E.None && spec.Target is { } target)
            {
                var checker = new ActionChecker(learned, _portEnd, _table, _tableCount);
                error = checker.CheckBits(target, spec.Destination == LearnDestination.Load);
                if (error == E.None && spec is { Destination: LearnDestination.Match, Source: null })
                    MatchCodec.SetBits(learned, target, spec.Constant);
            }

            if (error != E.None) return error;
        }

        return E.None;
    }
}
