using Fabric.Flow;
using Fabric.OpenFlow;
using Fabric.Wire;
using F = Fabric.OpenFlow.OpenFlowFields;

namespace Fabric.Agent;

/// <summary>
/// Translation of all packets of a box at once, for <see cref="ExplicitOffload"/>. A <see cref="RuleOracle"/> answers the lookups; what is
/// written as a constant no longer depends on the packet and is committed whether it differs or not; everything else that is consulted is a
/// pin: a bit whose value the result holds for.
/// </summary>
internal sealed partial class Translation
{
    private static readonly OpenFlowField[] NetworkFields =
        [.. Ipv4Fields, .. Ipv6Fields, .. ArpFields, .. NeighbourFields, .. PortFields];

    private RuleOracle? _oracle;

    /// <summary>Null without an oracle: these keys are most of what a translation would take.</summary>
    private OracleKeys? _oracleKeys;

    /// <summary>Bits of <see cref="_flow"/> that are the same for every packet of the box that was fixed otherwise.</summary>
    private ref OpenFlowKey _written => ref _oracleKeys!.Written;

    /// <summary>Of these the ones written since the datapath last got them.</summary>
    private ref OpenFlowKey _unsettled => ref _oracleKeys!.Unsettled;

    /// <summary>Bits that the oracle has changed.</summary>
    private ref OpenFlowKey _flips => ref _oracleKeys!.Flips;

    public XlateResult Run(RuleOracle oracle, AgentPort input)
    {
        Borrow();
        _oracle = oracle;
        _oracleKeys = new OracleKeys();
        (_flow, _written) = (oracle.Sample, oracle.Constant);
        if (input.Bundle.Bond?.Lacp is not null) oracle.Refuse(new ExplicitReason(ExplicitRefusal.Lacp));
        if (input.Configuration.HasFlag(PortConfigurationBits.NoReceive) || input.Configuration.HasFlag(PortConfigurationBits.NoReceiveStp))
            oracle.Refuse(new ExplicitReason(ExplicitRefusal.PortConfiguration));
        var result = Run(input.Bridge, null);
        oracle.Finish(result);
        return result;
    }

    /// <summary>The oracle changes bits that nothing has looked at yet.</summary>
    internal void Flip(int word, ulong bits)
    {
        MaskShape.Word(ref _flow, word) ^= bits;
        MaskShape.Word(ref _base, word) ^= bits;
        MaskShape.Word(ref _arrived, word) ^= bits;
        MaskShape.Word(ref _flips, word) ^= bits;
    }

    internal void GiveTagType()
    {
        SplitBits.GiveTagType(ref _flow.Packet);
        SplitBits.GiveTagType(ref _base.Packet);
        SplitBits.GiveTagType(ref _arrived.Packet);
    }

    private void Refuse(ExplicitRefusal why) => _oracle?.Refuse(new ExplicitReason(why));

    /// <summary>Only a packet can tell what this action does.</summary>
    private bool IsRefused(OpenFlowAction action)
    {
        if (_oracle is null) return false;
        var why = action switch
        {
            EncapEthernetAction or DecapAction => ExplicitRefusal.Encapsulation,
            PushMplsTagAction or PopMplsTagAction or SetMplsLabelAction or SetMplsTcAction or SetMplsTtlAction or DecMplsTtlAction =>
                ExplicitRefusal.Mpls,
            MultipathAction or BundleAction => ExplicitRefusal.Hash,
            LearnAction => ExplicitRefusal.Learn,
            ConnectionTrackAction => ExplicitRefusal.Connection,
            CheckPacketLargerAction => ExplicitRefusal.PacketLength,
            ControllerAction => ExplicitRefusal.Controller,
            _ => ExplicitRefusal.None,
        };
        if (why == ExplicitRefusal.None) return false;
        Refuse(why);
        return true;
    }

    /// <summary>Tells the oracle what has been consulted so far, before anything else is decided or written.</summary>
    private void SettlePins()
    {
        for (var i = 0; i < MaskShape.WordCount; i++) MaskShape.Word(ref _mask, i) &= ~MaskShape.Word(ref _written, i);
        _oracle!.Settle(ref _mask);
        _mask = default;
    }

    private OpenFlowRule? AskOracle(int table)
    {
        SettlePins();
        return _oracle!.Choose(_bridge, table, ref _flow, ref _written, this);
    }

    private void AskType()
    {
        if (_oracle is null) return;
        SettlePins();
        _oracle.AskType(ref _written);
    }

    private void Overwrite(OpenFlowField field, UInt128 value, UInt128 mask)
    {
        SettlePins();
        field.SetMasked(ref _flow, value, mask);
        field.SetMasked(ref _written, mask, mask);
        field.SetMasked(ref _unsettled, mask, mask);
    }

    /// <summary>How many tags there are decides now.</summary>
    private void AskTags()
    {
        _mask.Packet.VlanTci |= FlowKey.VlanPresent;
        SettlePins();
        if ((_flow.Packet.VlanTci & FlowKey.VlanPresent) == 0) return;
        _mask.Packet.InnerVlanTci |= FlowKey.VlanPresent;
        SettlePins();
    }

    private void OverwriteTag(ushort type, ushort tci, ushort mask)
    {
        AskTags();
        if ((_flow.Packet.InnerVlanTci & FlowKey.VlanPresent) != 0) Refuse(ExplicitRefusal.SecondTag);
        Overwrite(F.VlanTci, tci, mask);
        if (type != 0 || tci == 0) OverwriteTagType(type);
    }

    private void OverwriteTagType(ushort type)
    {
        SettlePins();
        (_flow.Packet.VlanTpid, _written.Packet.VlanTpid, _unsettled.Packet.VlanTpid) = (type, ushort.MaxValue, ushort.MaxValue);
    }

    private OracleState SaveWritten() => _oracle is null ? default : new OracleState(_written, _unsettled, _flips);

    /// <summary>
    /// What was written in between is undone. If anything follows, the packet has to get its own bits back, which then count.
    /// </summary>
    private void RestoreWritten(in OracleState saved, bool isLast)
    {
        if (_oracle is null) return;
        SettlePins();
        var before = saved.Written;
        if (!isLast || _bridge.Mirrors.Any())
            for (var i = 0; i < MaskShape.WordCount; i++)
                MaskShape.Word(ref _mask, i) |= MaskShape.Word(ref _written, i) & ~MaskShape.Word(ref before, i);
        (_written, _unsettled) = (saved.Written, saved.Unsettled);
        SettlePins();
    }

    /// <summary>A packet saved earlier gets what the oracle has changed since.</summary>
    private void CatchUp(in OracleState saved, ref OpenFlowKey key)
    {
        if (_oracle is null) return;
        var before = saved.Flips;
        for (var i = 0; i < MaskShape.WordCount; i++)
            MaskShape.Word(ref key, i) ^= MaskShape.Word(ref _flips, i) ^ MaskShape.Word(ref before, i);
        SplitBits.GiveTagType(ref key.Packet);
    }

    private sealed class OracleKeys
    {
        public OpenFlowKey Written;
        public OpenFlowKey Unsettled;
        public OpenFlowKey Flips;
    }

    private readonly record struct OracleState(OpenFlowKey Written, OpenFlowKey Unsettled, OpenFlowKey Flips);

    private bool IsUnsettled(ReadOnlySpan<OpenFlowField> fields)
    {
        foreach (var field in fields)
            if (field.Get(ref _unsettled) != 0 || !IsSame(field)) return true;
        return false;
    }

    private bool CommitWritten(SetGroup group, OpenFlowField[] fields, bool isWhole)
    {
        if (!IsUnsettled(fields)) return false;
        var (value, mask) = (default(OpenFlowKey), default(OpenFlowKey));
        if (isWhole)
        {
            foreach (var field in fields) Consult(field);
            SettlePins();
        }

        foreach (var field in fields)
        {
            var wanted = field.Get(ref _flow);
            var bits = field.Get(ref _unsettled) | (wanted ^ field.Get(ref _base));
            if (bits == 0 && !isWhole) continue;
            if (isWhole || field.Get(ref _written) == field.AllOnes) bits = field.AllOnes;
            field.Set(ref mask, bits);
            field.Set(ref value, wanted & bits);
            field.Set(ref _base, wanted);
            field.Set(ref _unsettled, 0);
        }

        value.Packet.Normalize();
        mask.Packet.Normalize();
        Emit(new SetAction(group, value.Packet, new FlowMask { Bits = mask.Packet }));
        return true;
    }

    /// <summary>Before fields of the network layer are committed; false when there is nothing to commit.</summary>
    private bool PrepareNetwork()
    {
        if (!IsUnsettled(NetworkFields)) return false;
        AskType();
        if (_base.Packet.EthType is not (EtherType.Ipv4 or EtherType.Ipv6)) return true;
        // A packet cut off inside its IP header has protocol 0, and nothing to set.
        if (F.NwProto.Get(ref _written) != F.NwProto.AllOnes) _oracle!.Except(F.NwProto, 0, ExplicitRefusal.NoIpHeader);
        return true;
    }

    private void CommitWrittenTag()
    {
        if (!IsUnsettled([F.VlanTci]) && _unsettled.Packet.VlanTpid == 0) return;
        AskTags();
        ref var have = ref _base.Packet;
        ref var want = ref _flow.Packet;
        var hasTag = (have.VlanTci & FlowKey.VlanPresent) != 0;
        var wantsTag = (want.VlanTci & FlowKey.VlanPresent) != 0;
        if (hasTag) Emit(new PopVlanAction());
        if (wantsTag)
        {
            _mask.Packet.VlanTci = ushort.MaxValue;
            SettlePins();
            _mask.Packet.VlanTpid = ushort.MaxValue;
            SettlePins();
            Emit(new PushVlanAction(want.VlanTpid, want.VlanTci));
        }

        (have.VlanTci, have.VlanTpid) = (want.VlanTci, want.VlanTpid);
        (_unsettled.Packet.VlanTci, _unsettled.Packet.VlanTpid) = (0, 0);
    }
}
