using System.Numerics;
using Fabric.Flow;
using Fabric.Wire;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Fabric.Datapath;

/// <summary>The steps that change the frame or what is known of it.</summary>
public sealed partial class ActionExecutor
{
    /// <summary>False when the frame cannot be what the actions want; it is then to be dropped.</summary>
    private bool TryChange(Frame frame, ref FlowKey key, in ActionStep step, ref ActionRun run, out DropReason reason)
    {
        reason = DropReason.NoHeadRoom;
        switch (step.Op)
        {
            case ActionOp.SetTunnel:
                ((TunnelOperand)step.Operand!).CopyTo(ref frame.Metadata.Tunnel);
                run.HasTunnel = true;
                return true;
            case ActionOp.Set:
                ((HeaderPatch)step.Operand!).Apply(frame, ref run.Layout(frame));
                // OVS forgets a packet's connection with its addresses and ports (packet_set_*), though not what it knows of it.
                if (step.A != 0) frame.Metadata.Conntrack.Connection = null;
                run.IsChanged = true;
                return true;
            case ActionOp.PushVlan:
                reason = DropReason.MalformedFrame;
                if (run.Layer3Type != 0 || frame.Length < 14) return false;
                reason = DropReason.NoHeadRoom;
                if (!TagSurgery.TryPushVlan(frame, (ushort)step.A, (ushort)step.B)) return false;
                break;
            case ActionOp.PopVlan:
                TagSurgery.PopVlan(frame, ref run.Layout(frame));
                break;
            case ActionOp.PushMpls:
                reason = DropReason.MalformedFrame;
                if (run.Layout(frame).EthTypeOffset < 0) return false;
                reason = DropReason.NoHeadRoom;
                if (!TagSurgery.TryPushMpls(frame, ref run.Layout(frame), step.A, (ushort)step.B)) return false;
                break;
            case ActionOp.PopMpls:
                TagSurgery.PopMpls(frame, ref run.Layout(frame), (ushort)step.A);
                break;
            case ActionOp.PushEth:
                reason = DropReason.UnsupportedAction;
                if (run.Layer3Type == 0) return false;
                reason = DropReason.NoHeadRoom;
                if (!TagSurgery.TryPushEthernet(frame, (PushEthAction)step.Operand!, run.Layer3Type)) return false;
                run.Layer3Type = 0;
                break;
            case ActionOp.PopEth:
                return TryPopEth(frame, ref run, out reason);
            case ActionOp.Truncate:
                run.CutLength = step.A;
                return true;
            case ActionOp.Hash:
                frame.Metadata.DpHash = step.A == 1
                    ? OvsHash.SymmetricL3L4(ref CurrentKey(frame, ref key, ref run), step.B)
                    : OvsHash.Int(frame.Metadata.ReceiveHash, step.B);
                return true;
            case ActionOp.ClearTracking:
                frame.Metadata.Conntrack.Clear();
                run.IsChanged = true;
                return true;
            default:
                Invariant.Fail($"action step {step.Op} changes frames");
                return false;
        }

        run.ForgetLayout();
        return true;
    }

    /// <summary>Only an untagged frame can lose its Ethernet header: a tag needs one to stand in (kernel: the same).</summary>
    private static bool TryPopEth(Frame frame, ref ActionRun run, out DropReason reason)
    {
        reason = DropReason.UnsupportedAction;
        if (run.Layer3Type != 0 || run.Layout(frame).VlanOffset >= 0) return false;
        reason = DropReason.MalformedFrame;
        if (frame.Length < 14) return false;
        var type = ReadUInt16BigEndian(frame.Bytes[12..]);
        if (type == 0) return false;
        frame.Pull(14);
        run.Layer3Type = type;
        run.ForgetLayout();
        return true;
    }

    /// <summary>A key that says what the frame says now; its tunnel fields stay those of ingress, as in the kernel.</summary>
    private ref FlowKey CurrentKey(Frame frame, ref FlowKey key, ref ActionRun run)
    {
        if (!run.IsChanged) return ref key;
        FlowExtractor.Extract(frame, ref _changedKey);
        const FlowSections Outer = FlowSections.Tunnel | FlowSections.TunnelIpv6 | FlowSections.AllOptions;
        for (var sections = (uint)(Outer & (key.Sections | _changedKey.Sections)); sections != 0; sections &= sections - 1)
        {
            var i = BitOperations.TrailingZeroCount(sections);
            FlowKey.Section(ref _changedKey, i) = FlowKey.Section(ref key, i);
        }

        _changedKey.Sections = (_changedKey.Sections & ~Outer) | (key.Sections & Outer);
        return ref _changedKey;
    }

    /// <summary>True with <paramref name="probability"/> of 2³² − 1; certain and never are exact.</summary>
    private bool Draw(uint probability)
    {
        if (probability == uint.MaxValue) return true;
        // SplitMix64.
        _random += 0x9e37_79b9_7f4a_7c15;
        var z = _random;
        z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
        return (uint)((z ^ (z >> 31)) >> 32) < probability;
    }
}
