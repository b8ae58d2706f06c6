using System.Runtime.InteropServices;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>The action set of OpenFlow 1.1 and later, which runs when the pipeline ends.</summary>
internal sealed partial class Translation
{
    private void WriteActions(OpenFlowActions actions)
    {
        AddToActionSet(actions.Span);
        if (_trace is not null) ReportActionSet("is");
    }

    private void ClearActionSet()
    {
        if (_trace is not null) ReportActionSet("was");
        _actionSet.Clear();
        _flow.ActionSetOutput = NoActionSetOutput;
        _actionSetHasGroup = false;
    }

    private void AddToActionSet(ReadOnlySpan<OpenFlowAction> actions)
    {
        foreach (var action in actions)
        {
            _actionSet.Add(action);
            if (_actionSetHasGroup) continue;
            // As OpenFlow 1.1 numbers ports: the upper half of reserved ones is all ones.
            if (action is OutputPortAction { Port: var port }) _flow.ActionSetOutput = port.Value | (port.IsReserved ? 0xffff_0000 : 0);
            if (action is not GroupAction) continue;
            _flow.ActionSetOutput = NoActionSetOutput;
            _actionSetHasGroup = true;
        }
    }

    private void RunActionSet()
    {
        if (_actionSet.Count == 0) return;
        var actions = ActionSet.InOrder(CollectionsMarshal.AsSpan(_actionSet));
        _actionSet.Clear();
        if (actions.Count == 0) return;
        _isActionSet = true;
        var trace = _trace?.Current;
        if (_trace is not null) _trace.Current = _trace.Report(TraceKind.Table, "--. Executing action set:");
        Execute(actions.Span, isLast: true);
        if (_trace is not null) _trace.Current = trace!;
        _isActionSet = false;
    }

    private void ReportActionSet(string verb)
    {
        var actions = ActionSet.InOrder(CollectionsMarshal.AsSpan(_actionSet));
        _trace!.Note(actions.Count == 0 ? $"action set {verb} empty" : $"action set {verb}: {XlateTrace.Format(actions)}");
    }
}
