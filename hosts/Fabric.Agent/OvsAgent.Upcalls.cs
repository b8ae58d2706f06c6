using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Packets that the datapath asks about, and the sweeps over what it was told.</summary>
public sealed partial class OvsAgent
{
    /// <summary>How long a put may be under way before a second upcall for the same flow repeats it.</summary>
    private const long RepeatPutAfterMs = 1000;

    /// <summary>Upcalls handled so far.</summary>
    public long UpcallCount { get; private set; }

    /// <summary>Upcalls whose flow was not installed because the datapath is full (<see cref="FlowLimit"/>).</summary>
    public long FlowLimitHitCount { get; private set; }

    /// <summary>Packets that rules sent to the controller.</summary>
    public long ControllerPacketCount { get; private set; }

    /// <summary>
    /// Answers an upcall: translates, installs the flow, executes the packet. Ownership of the frame passes to the datapath. The packet
    /// itself is credited here, for the flow will not count it (property A2).
    /// </summary>
    public XlateResult HandleUpcall(Frame frame, ref FlowKey key, UserspaceReason reason, long nowMs, IDatapath datapath)
    {
        UpcallCount++;
        _nowMs = nowMs;
        if (reason == UserspaceReason.Controller)
        {
            // The rules have had their say already; the packet goes to the controller, and without one it ends here.
            ControllerPacketCount++;
            datapath.Execute(frame, DatapathActions.Drop);
            return new XlateResult { Actions = DatapathActions.Drop, Cache = new XlateCache() };
        }

        var version = Version;
        var result = new Translation(this, withTrace: frame.TraceId != 0).Run(ref key);
        result.Cache.Apply(1, frame.Length, nowMs);
        if (result.LacpPort is { } port) port.Bundle.Bond?.Lacp?.Receive(port, frame.Bytes, nowMs);
        if (reason == UserspaceReason.Miss) Install(result, ref key, version, nowMs, datapath);
        datapath.Execute(frame, result.Actions);
        return result;
    }

    /// <summary>Answers a batch; frames and keys go in pairs. The batch is left empty, its frames having passed to the datapath.</summary>
    public void HandleUpcalls(FrameBatch frames, Span<FlowKey> keys, UserspaceReason reason, long nowMs, IDatapath datapath)
    {
        for (var i = 0; i < frames.Count; i++) HandleUpcall(frames[i], ref keys[i], reason, nowMs, datapath);
        frames.Clear();
    }

    /// <summary>Translates without any effect, with the text of <c>ofproto/trace</c>.</summary>
    public XlateResult Trace(ref FlowKey key) => new Translation(this, withTrace: true).Run(ref key);

    /// <summary>Translates without any effect.</summary>
    public XlateResult Translate(ref FlowKey key) => new Translation(this, withTrace: false).Run(ref key);

    /// <summary>
    /// A whole sweep in one call: the complete dump, judged. <paramref name="durationMs"/> is how long the sweep took by the caller's clock
    /// (fetching the dump included).
    /// </summary>
    public void Sweep(ReadOnlySpan<FlowStatistics> dump, long nowMs, int durationMs, IDatapath datapath)
    {
        Revalidator.BeginSweep(dump.Length, datapath);
        Revalidator.Judge(dump, nowMs, datapath);
        Revalidator.EndSweep(durationMs, datapath);
    }

    private void Install(XlateResult result, ref FlowKey key, long version, long nowMs, IDatapath datapath)
    {
        if (!HasMegaflows)
        {
            var exact = FlowMask.ForPacket(ref key);
            result.Mask.Unite(ref exact);
        }

        FlowMask.Apply(ref result.Mask, ref key, out var masked);
        var ufid = Ufid.Of(ref masked, ref result.Mask);
        var known = Revalidator.Find(ufid);
        if (known is not null && known.Actions.Equals(result.FlowActions) && nowMs - known.PutMs < RepeatPutAfterMs) return;
        if (known is null && !Revalidator.Limit.Allows(Revalidator.FlowCount))
        {
            FlowLimitHitCount++;
            return;
        }

        if (known is not null)
        {
            known.Cache = result.Cache;
            known.Actions = result.FlowActions;
            known.Version = version;
            known.PutMs = nowMs;
        }
        else
        {
            var flow = new InstalledFlow
            {
                Ufid = ufid, Actions = result.FlowActions, Cache = result.Cache, CreatedMs = nowMs, PutMs = nowMs, Key = masked,
                Mask = result.Mask,
            };
            Revalidator.Track(flow, version);
        }

        datapath.FlowPut(ufid, ref masked, ref result.Mask, result.FlowActions);
    }

    /// <summary>The masked key stands for all packets of the flow, since their translations are equal (property T1).</summary>
    private XlateResult? Retranslate(InstalledFlow flow)
    {
        var key = flow.Key;
        return new Translation(this, withTrace: false).Run(ref key);
    }
}
