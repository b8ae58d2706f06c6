using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// A list of datapath actions made ready for <see cref="ActionExecutor"/>: operands unpacked, dead actions behind the last output removed,
/// and the two everyday forms recognised ("output" and "set(tunnel), output"), which then need no interpreting. Immutable; made once per
/// flow.
/// </summary>
public sealed class ActionProgram
{
    /// <summary>Deepest nesting of clone, sample and check_pkt_len. Deeper lists drop.</summary>
    public const int MaxNesting = 16;

    internal enum Form : byte
    {
        Drop,
        Output,
        TunnelOutput,
        General,
    }

    private ActionProgram(DatapathActions source, int nesting)
    {
        Source = source;
        Steps = Translate(source.Span, nesting);
        Shape = Recognise(Steps);
        if (Shape is Form.Output or Form.TunnelOutput) Port = new OdpPort(Steps[^1].A);
        if (Shape is Form.TunnelOutput) Tunnel = (TunnelOperand)Steps[0].Operand!;
        LooksAgain = Steps.Any(s => s.Op is ActionOp.Recirculate or ActionOp.Hash || s.Operand is ActionProgram { LooksAgain: true }
            || s.Operand is BranchOperand { LooksAgain: true });
    }

    public static ActionProgram Drop { get; } = new(DatapathActions.Drop, 0);

    public DatapathActions Source { get; }

    internal ActionStep[] Steps { get; }

    internal Form Shape { get; }

    /// <summary>A hash may be wanted of what the frame looked like when it came.</summary>
    internal bool LooksAgain { get; }

    internal OdpPort Port { get; }

    internal TunnelOperand? Tunnel { get; }

    public static ActionProgram Compile(DatapathActions actions) => actions.Count == 0 ? Drop : new(actions, 0);

    private static Form Recognise(ActionStep[] steps) => steps switch
    {
        [] => Form.Drop,
        [{ Op: ActionOp.Output }] => Form.Output,
        [{ Op: ActionOp.SetTunnel }, { Op: ActionOp.Output }] => Form.TunnelOutput,
        _ => Form.General,
    };

    private static ActionStep[] Translate(ReadOnlySpan<DatapathAction> actions, int nesting)
    {
        var steps = new List<ActionStep>(actions.Length);
        foreach (var action in actions)
        {
            var step = nesting > MaxNesting ? new ActionStep { Op = ActionOp.Unsupported, Source = action } : Translate(action, nesting);
            steps.Add(step);
            if (step.Op is ActionOp.Drop or ActionOp.Unsupported) break;
        }

        while (steps.Count > 0 && steps[^1].Op is > ActionOp.Unsupported and < ActionOp.Track) steps.RemoveAt(steps.Count - 1);
        if (steps.Count > 0) steps[^1] = AsLast(steps[^1]);
        return [.. steps];
    }

    private static ActionStep AsLast(ActionStep step) =>
        new() { Op = step.Op, IsLast = true, A = step.A, B = step.B, Operand = step.Operand, Source = step.Source };

    private static ActionStep Translate(DatapathAction action, int nesting) => action switch
    {
        OutputAction output => Step(ActionOp.Output, action, output.Port.Value),
        UserspaceAction => Step(ActionOp.Userspace, action, operand: action),
        SetAction set => Step(ActionOp.Set, action, ChangesTuple(set) ? 1u : 0, operand: HeaderPatch.Of(set)),
        SetTunnelAction set => Step(ActionOp.SetTunnel, action, operand: new TunnelOperand(set.Tunnel)),
        PushVlanAction push => Step(ActionOp.PushVlan, action, push.Tpid, push.Tci),
        PopVlanAction => Step(ActionOp.PopVlan, action),
        PushMplsAction push => Step(ActionOp.PushMpls, action, push.LabelStackEntry, push.EthType),
        PopMplsAction pop => Step(ActionOp.PopMpls, action, pop.EthType),
        PushEthAction => Step(ActionOp.PushEth, action, operand: action),
        PopEthAction => Step(ActionOp.PopEth, action),
        TruncAction trunc => Step(ActionOp.Truncate, action, trunc.MaxLength),
        HashAction hash => Step(ActionOp.Hash, action, hash.Algorithm, hash.Basis),
        SampleAction sample => Step(ActionOp.Sample, action, sample.Probability, operand: new ActionProgram(sample.Actions, nesting + 1)),
        CloneAction clone => Step(ActionOp.Clone, action, operand: new ActionProgram(clone.Actions, nesting + 1)),
        RecircAction recirc => Step(ActionOp.Recirculate, action, recirc.Id),
        CheckPacketLengthAction check => Step(ActionOp.CheckPacketLength, action, check.Size,
            operand: new BranchOperand(new(check.Greater, nesting + 1), new(check.LessOrEqual, nesting + 1))),
        DropAction => Step(ActionOp.Drop, action),
        CtAction ct => Step(ActionOp.Track, action, operand: new CtOperand(ct.Parameters)),
        CtClearAction => Step(ActionOp.ClearTracking, action),
        MeterAction meter => Step(ActionOp.Meter, action, meter.Id),
        _ => Step(ActionOp.Unsupported, action),
    };

    /// <summary>Addresses and ports, by which a connection is known.</summary>
    private static bool ChangesTuple(SetAction set)
    {
        var mask = set.Mask.Bits;
        return set.Group switch
        {
            SetGroup.Ipv4 => !mask.NwSource.IsZero || !mask.NwDestination.IsZero,
            SetGroup.Ipv6 => !mask.Ipv6Source.IsZero || !mask.Ipv6Destination.IsZero,
            SetGroup.Tcp or SetGroup.Udp or SetGroup.Sctp or SetGroup.Icmp or SetGroup.Icmpv6 => true,
            _ => false,
        };
    }

    private static ActionStep Step(ActionOp op, DatapathAction source, uint a = 0, uint b = 0, object? operand = null) =>
        new() { Op = op, Source = source, A = a, B = b, Operand = operand };
}
