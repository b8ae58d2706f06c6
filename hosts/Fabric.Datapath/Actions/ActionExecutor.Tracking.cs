using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>The steps that look at, and change, what the datapath remembers from frame to frame.</summary>
public sealed partial class ActionExecutor
{
    /// <summary>False: the frame has ended.</summary>
    private bool TryMeter(Frame frame, uint meter, ref ActionRun run)
    {
        if (Meters is null)
        {
            Drop(frame, DropReason.UnsupportedAction, run.Output);
            return false;
        }

        if (Meters.Admits(meter, frame.Length, NowMs)) return true;
        Drop(frame, DropReason.Metered, run.Output);
        return false;
    }

    /// <summary>
    /// False: the frame is held back, or has ended. Frames that were held and may go on do the rest of the program right here, behind the
    /// present one in the order of OVS's batch.
    /// </summary>
    private bool TryTrack(Frame frame, ref FlowKey key, ActionProgram program, int at, ref ActionRun run)
    {
        if (Tracker is null || Fragments is null || run.Layer3Type != 0)
        {
            Drop(frame, DropReason.UnsupportedAction, run.Output);
            return false;
        }

        // Actions on released frames may come here again, so each call minds its own end of the list.
        var begin = _released.Count;
        var goesOn = Fragments.Track(frame, Tracker, (CtOperand)program.Steps[at].Operand!, NowMs, _released, _overdue);
        run.ForgetLayout();
        foreach (var late in _overdue) Drop(late, DropReason.ReassemblyTimeout, run.Output);
        _overdue.Clear();
        if (frame.TraceId != 0 && goesOn) Trace?.Step(frame, frame.Tier, "ct", $"ct_state 0x{frame.Metadata.Conntrack.State:x2}");
        if (_released.Count == begin) return goesOn;

        var template = run;
        if (goesOn)
        {
            var own = run;
            Run(frame, ref key, program, at + 1, ref own);
        }

        var end = _released.Count;
        for (var i = begin; i < end; i++)
        {
            var own = template;
            Run(_released[i], ref key, program, at + 1, ref own);
        }

        _released.RemoveRange(begin, end - begin);
        return false;
    }
}
