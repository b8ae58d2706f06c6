using Fabric.Flow;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Lists that act on a copy of the packet (property T6), and the branch on a packet's length.</summary>
internal sealed partial class Translation
{
    /// <summary>
    /// Where everything the list does can be undone by setting fields back, no copy is needed in the datapath (OVS:
    /// <c>clone_xlate_actions</c>).
    /// </summary>
    private void ExecuteClone(ReadOnlySpan<OpenFlowAction> actions, bool isLast)
    {
        var saved = SaveLists();
        if (isLast || AreReversible(actions))
        {
            var (flow, written) = (_flow, SaveWritten());
            Execute(actions, isLast);
            EndPipeline();
            RestoreWritten(in written, isLast);
            _flow = flow;
            CatchUp(in written, ref _flow);
        }
        else
        {
            Commit();
            var (flow, before, wasMpls, isTracked, written) = (_flow, _base, _wasMpls, _isTracked, SaveWritten());
            var outer = BeginNested();
            Execute(actions, isLast: true);
            EndPipeline();
            var nested = EndNested(outer);
            EmitCopy(nested);
            RestoreWritten(in written, isLast: true);
            (_flow, _base, _wasMpls, _isTracked) = (flow, before, wasMpls, isTracked);
            CatchUp(in written, ref _flow);
            CatchUp(in written, ref _base);
        }

        RestoreLists(saved);
    }

    /// <summary>A datapath without <c>clone</c> can sample always, which is the same.</summary>
    private void EmitCopy(DatapathActions nested)
    {
        const int nestingThatIsEnough = 3;
        if (nested.Count == 0) return;
        if (_world.Features.HasClone) Emit(new CloneAction(nested));
        else if (_world.Features.SampleNesting > nestingThatIsEnough) Emit(new SampleAction(uint.MaxValue, nested));
        else _trace?.Error("Failed to compose clone action");
    }

    /// <summary>
    /// Only the datapath knows how long a packet is, so what follows is translated for both answers (OVS:
    /// <c>xlate_check_pkt_larger</c>).
    /// </summary>
    private void CheckPacketLarger(CheckPacketLargerAction action, ReadOnlySpan<OpenFlowAction> rest)
    {
        var saved = SaveLists();
        var flow = _flow;
        Commit();
        var (before, wasMpls, isTracked) = (_base, _wasMpls, _isTracked);
        var greater = Branch(action, 1, rest);
        (_flow, _base, _wasMpls, _isTracked) = (flow, before, wasMpls, isTracked);
        var isExiting = _isExiting;
        _isExiting = false;
        // The lists stay as the first branch left them: so it is in OVS.
        var lessOrEqual = Branch(action, 0, rest);
        Emit(new CheckPacketLengthAction(action.Length, greater, lessOrEqual));
        RestoreLists(saved);
        (_flow, _base, _wasMpls, _isTracked) = (flow, before, wasMpls, isTracked);
        _isExiting = isExiting;
    }

    private DatapathActions Branch(CheckPacketLargerAction action, uint answer, ReadOnlySpan<OpenFlowAction> rest)
    {
        var outer = BeginNested();
        action.Target.Set(ref _flow, answer);
        Execute(rest, isLast: true);
        EndPipeline();
        return EndNested(outer);
    }

    private List<DatapathAction> BeginNested()
    {
        var outer = _output;
        _output = [];
        return outer;
    }

    private DatapathActions EndNested(List<DatapathAction> outer)
    {
        var nested = new DatapathActions(_output.ToArray());
        _output = outer;
        return nested;
    }

    /// <summary>Gives the list copies of stack and action set to work on; the originals are returned.</summary>
    private (List<StackValue>? Stack, int StackSize, List<OpenFlowAction> ActionSet) SaveLists()
    {
        var saved = (_stack, _stackSize, _actionSet);
        if (_stack is not null) _stack = [.. _stack];
        _actionSet = [.. _actionSet];
        return saved;
    }

    private void RestoreLists((List<StackValue>? Stack, int StackSize, List<OpenFlowAction> ActionSet) saved) =>
        (_stack, _stackSize, _actionSet) = saved;

    /// <summary>OVS: <c>reversible_actions</c>.</summary>
    private static bool AreReversible(ReadOnlySpan<OpenFlowAction> actions)
    {
        foreach (var action in actions)
            if (action is ConnectionTrackAction or ApplyMeterAction or NatAction or OutputTruncatedAction or EncapEthernetAction
                or DecapAction) return false;
        return true;
    }
}
