using Fabric.Flow;
using Fabric.Tunnels;
using Fabric.Wire;

namespace Fabric.Datapath;

/// <summary>
/// Executes datapath actions on frames (Linux <c>net/openvswitch/actions.c</c>, OVS <c>lib/odp-execute.c</c>), for the kernel datapath and,
/// as the same code on other frames, for the NIC.
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>X1: every frame given in ends exactly once, in <see cref="IFrameOutput"/>; each further output gets a copy that is counted as
/// created, also when no buffer was left for it (then it is counted as dropped, too).</item>
/// <item>X2: actions act in order: an output shows the changes before it and none of those after it.</item>
/// <item>X3: checksums that were right stay right, those that were wrong stay wrong (they are corrected, not recomputed). A UDP checksum of
/// zero stays zero. Later fragments have no transport header.</item>
/// <item>X4: set, push, pop and output allocate nothing.</item>
/// <item>X5: a frame recirculates at most <see cref="MaxDepth"/> times.</item>
/// <item>X6: an action that is not supported drops the frame there, with the outputs before it done.</item>
/// </list>
/// <para>Meters and connections are those of the datapath it works for; the NIC's executor has none, and drops what asks for them. Packets
/// without Ethernet header exist only between <c>pop_eth</c> and <c>push_eth</c>.</para>
/// </summary>
public sealed partial class ActionExecutor
{
    /// <summary>As OVS's <c>MAX_RECIRC_DEPTH</c>.</summary>
    public const int MaxDepth = 6;

    private readonly FramePool _pool;
    private readonly DatapathPorts _ports;
    private readonly TunnelTables _tunnels;
    private readonly FrameAccount _account;
    private readonly List<Frame> _released = [];
    private readonly List<Frame> _overdue = [];
    private ulong _random;
    private FlowKey _changedKey;

    /// <param name="account">Of the owner; copies are counted in it.</param>
    /// <param name="seed">Of the generator behind <c>sample</c>.</param>
    public ActionExecutor(FramePool pool, DatapathPorts ports, TunnelTables tunnels, FrameAccount account, uint seed)
    {
        _pool = pool;
        _ports = ports;
        _tunnels = tunnels;
        _account = account;
        _random = 0x9e37_79b9_7f4a_7c15 * (seed + 1UL);
    }

    /// <summary>Gets the steps of marked frames; null while nobody listens.</summary>
    public ITrace? Trace { get; set; }

    /// <summary>Null where none are kept.</summary>
    public KernelMeters? Meters { get; init; }

    /// <summary>Null where connections are not tracked.</summary>
    public ConnectionTracker? Tracker { get; init; }

    /// <summary>Goes with <see cref="Tracker"/>.</summary>
    public FragmentReassembler? Fragments { get; init; }

    /// <summary>For meters and connections; the owner keeps it up.</summary>
    public long NowMs { get; set; }

    /// <summary>Takes the frame.</summary>
    /// <param name="key">The frame's, as extracted; only read.</param>
    /// <param name="flowHash">Of the inner flow for outer source ports, if the caller keeps it; 0 lets it be computed from the key.</param>
    /// <param name="depth">Recirculations behind this frame.</param>
    public void Execute(Frame frame, ref FlowKey key, ActionProgram program, IFrameOutput output, uint flowHash = 0, int depth = 0)
    {
        switch (program.Shape)
        {
            case ActionProgram.Form.Output when frame.TraceId == 0 && TryGetDirect(program.Port, out var port):
                port.TxPackets++;
                port.TxBytes += frame.Length;
                output.Output(program.Port, frame);
                return;

            case ActionProgram.Form.TunnelOutput when frame.TraceId == 0:
                program.Tunnel!.CopyTo(ref frame.Metadata.Tunnel);
                OutputTo(frame, program.Port, ref key, output, flowHash);
                return;
        }

        if (program.LooksAgain && frame.Metadata.ReceiveHash == 0) frame.Metadata.ReceiveHash = OvsHash.FiveTuple(ref key, 0);
        var run = new ActionRun { Output = output, Depth = depth, FlowHash = flowHash, CutLength = uint.MaxValue, HasTunnel = depth > 0 };
        Run(frame, ref key, program, 0, ref run);
    }

    /// <summary>
    /// When all that <paramref name="program"/> does is to output unmarked frames to one port that is there and up: counts that many, and
    /// leaves handing them over to the caller, who can do it at once.
    /// </summary>
    public bool TryOutputRun(ActionProgram program, int frameCount, long bytes, out OdpPort port)
    {
        port = program.Port;
        if (program.Shape != ActionProgram.Form.Output || !TryGetDirect(port, out var direct)) return false;
        direct.TxPackets += frameCount;
        direct.TxBytes += bytes;
        return true;
    }

    private bool TryGetDirect(OdpPort number, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DatapathPort? port) =>
        _ports.TryGet(number, out port) && port.IsUp && port.Kind != DatapathPortKind.Tunnel;

    private void Run(Frame frame, ref FlowKey key, ActionProgram program, int first, ref ActionRun run)
    {
        for (var i = first; i < program.Steps.Length; i++)
        {
            ref readonly var step = ref program.Steps[i];
            if (frame.TraceId != 0) Trace?.Step(frame, frame.Tier, "action", step.Source.ToString()!);
            if (step.Op >= ActionOp.Track)
            {
                if (step.Op == ActionOp.Meter ? TryMeter(frame, step.A, ref run) : TryTrack(frame, ref key, program, i, ref run)) continue;
                return;
            }

            if (step.Op > ActionOp.Unsupported)
            {
                if (TryChange(frame, ref key, in step, ref run, out var reason)) continue;
                Drop(frame, reason, run.Output);
                return;
            }

            if (step.IsLast)
            {
                UseUp(frame, ref key, in step, ref run);
                return;
            }

            if (TryCopy(frame, run.Output, out var copy)) UseUp(copy, ref key, in step, ref run);
            if (step.Op is ActionOp.Output or ActionOp.Userspace) run.CutLength = uint.MaxValue;
        }

        Drop(frame, DropReason.Policy, run.Output);
    }

    private bool TryCopy(Frame frame, IFrameOutput output, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Frame? copy)
    {
        _account.Created++;
        if (_pool.TryCopy(frame, out copy)) return true;
        _account.Drops.Add(DropReason.NoBuffer);
        if (frame.TraceId != 0) Trace?.Step(frame, frame.Tier, "drop", "NoBuffer: no buffer for a copy");
        return false;
    }

    /// <summary>Steps that end the frame (or the copy made for them).</summary>
    private void UseUp(Frame frame, ref FlowKey key, in ActionStep step, ref ActionRun run)
    {
        switch (step.Op)
        {
            case ActionOp.Output:
                Cut(frame, ref run);
                OutputFromList(frame, new OdpPort(step.A), ref key, ref run);
                break;
            case ActionOp.Userspace:
                Cut(frame, ref run);
                run.Output.Upcall(frame, ref CurrentKey(frame, ref key, ref run), (UserspaceAction)step.Operand!);
                break;
            case ActionOp.Recirculate:
                Recirculate(frame, step.A, ref run);
                break;
            case ActionOp.Sample:
                if (Draw(step.A)) RunNested(frame, ref key, (ActionProgram)step.Operand!, run);
                else Drop(frame, DropReason.Policy, run.Output);
                break;
            case ActionOp.Clone:
                RunNested(frame, ref key, (ActionProgram)step.Operand!, run);
                break;
            case ActionOp.CheckPacketLength:
                var branch = (BranchOperand)step.Operand!;
                RunNested(frame, ref key, frame.Length > step.A ? branch.Greater : branch.LessOrEqual, run);
                break;
            case ActionOp.Drop:
                Drop(frame, DropReason.Policy, run.Output);
                break;
            default:
                Drop(frame, DropReason.UnsupportedAction, run.Output);
                break;
        }
    }

    /// <summary>By value: what the nested list does to the run is not seen behind it.</summary>
    private void RunNested(Frame frame, ref FlowKey key, ActionProgram program, ActionRun run) =>
        Run(frame, ref key, program, 0, ref run);

    private static void Cut(Frame frame, ref ActionRun run)
    {
        if (run.CutLength < (uint)frame.Length) frame.Truncate((int)run.CutLength);
    }

    private void Recirculate(Frame frame, uint id, ref ActionRun run)
    {
        if (run.Depth >= MaxDepth)
        {
            Drop(frame, DropReason.RecursionLimit, run.Output);
            return;
        }

        if (run.Layer3Type != 0)
        {
            Drop(frame, DropReason.UnsupportedAction, run.Output);
            return;
        }

        frame.Metadata.RecircId = id;
        run.Output.Recirculate(frame, run.Depth + 1);
    }

    private void OutputFromList(Frame frame, OdpPort number, ref FlowKey key, ref ActionRun run)
    {
        if (run.Layer3Type != 0)
        {
            Drop(frame, DropReason.UnsupportedAction, run.Output);
            return;
        }

        if (!run.HasTunnel) frame.Metadata.Tunnel.IsPresent = false;
        OutputTo(frame, number, ref key, run.Output, run.FlowHash);
    }

    private void OutputTo(Frame frame, OdpPort number, ref FlowKey key, IFrameOutput output, uint flowHash)
    {
        if (!_ports.TryGet(number, out var port))
        {
            Drop(frame, DropReason.NoSuchPort, output);
            return;
        }

        if (port.Kind == DatapathPortKind.Tunnel)
        {
            Entunnel(frame, port, ref key, output, flowHash);
            return;
        }

        Send(frame, port, output);
    }

    private void Entunnel(Frame frame, DatapathPort tunnel, ref FlowKey key, IFrameOutput output, uint flowHash)
    {
        var size = frame.Length;
        var reason = DropReason.PortDown;
        if (tunnel.IsUp)
        {
            if (flowHash == 0) flowHash = FlowHash.FiveTuple(ref key, 0);
            if (TunnelEncap.TryEncap(frame, tunnel.Number, _tunnels, flowHash, out var egress, out reason))
            {
                tunnel.TxPackets++;
                tunnel.TxBytes += size;
                if (frame.TraceId != 0) Trace?.Step(frame, frame.Tier, "entunnel", $"{tunnel} → port {egress}");
                if (_ports.TryGet(egress, out var physical) && physical.Kind != DatapathPortKind.Tunnel) Send(frame, physical, output);
                else Drop(frame, DropReason.NoSuchPort, output);
                return;
            }
        }

        tunnel.TxDropped++;
        Drop(frame, reason, output);
    }

    private void Send(Frame frame, DatapathPort port, IFrameOutput output)
    {
        if (!port.IsUp)
        {
            port.TxDropped++;
            Drop(frame, DropReason.PortDown, output);
            return;
        }

        port.TxPackets++;
        port.TxBytes += frame.Length;
        if (frame.TraceId != 0) Trace?.Step(frame, frame.Tier, "output", port.ToString());
        output.Output(port.Number, frame);
    }

    private void Drop(Frame frame, DropReason reason, IFrameOutput output)
    {
        if (frame.TraceId != 0) Trace?.Step(frame, frame.Tier, "drop", reason.ToString());
        output.Drop(frame, reason);
    }
}
