using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>Packets that the datapath asks about, and the sweeps over what it was told.</summary>
public sealed partial class OvsAgent
{
    /// <summary>How long a put may be under way before a second upcall for the same flow repeats it.</summary>
    private const long RepeatPutAfterMs = 1000;

    private readonly SharedMask _noMask = new();

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
    /// <param name="action">What sent it up, when it was an action.</param>
    public XlateResult HandleUpcall(
        Frame frame, ref FlowKey key, UserspaceReason reason, long nowMs, IDatapath datapath, UserspaceAction? action = null)
    {
        UpcallCount++;
        _nowMs = nowMs;
        SendMeters(datapath);
        if (reason == UserspaceReason.Controller)
        {
            ToControllers(frame, ref key, action ?? new UserspaceAction(0, UserspaceReason.Controller));
            datapath.Execute(frame, DatapathActions.Drop);
            return new XlateResult { Actions = DatapathActions.Drop, SharedMask = _noMask, Cache = new XlateCache() };
        }

        var version = Version;
        var result = new Translation(
            this, hasEffects: true, frame.TraceId != 0 ? TraceOptions.Default : null, packetSize: frame.Length).Run(ref key);
        result.Cache.Apply(1, frame.Length, nowMs, key.TcpFlags);
        Hear(result, frame, nowMs);
        if (result.LacpPort is { } port) port.Bundle.Bond?.Lacp?.Receive(port, frame.Bytes, nowMs);
        var isInstalled = reason == UserspaceReason.Miss && TryInstall(result, ref key, version, nowMs, datapath);
        datapath.Execute(frame, result.Actions);
        if (!isInstalled) result.Cache.Release(Recirculations, nowMs);
        return result;
    }

    /// <summary>Answers a batch; frames and keys go in pairs. The batch is left empty, its frames having passed to the datapath.</summary>
    public void HandleUpcalls(FrameBatch frames, Span<FlowKey> keys, UserspaceReason reason, long nowMs, IDatapath datapath)
    {
        for (var i = 0; i < frames.Count; i++) HandleUpcall(frames[i], ref keys[i], reason, nowMs, datapath);
        frames.Clear();
    }

    /// <summary>Translates without any effect, with the text of <c>ofproto/trace</c>.</summary>
    public XlateResult Trace(ref FlowKey key)
    {
        var result = new Translation(this, hasEffects: false, TraceOptions.Default).Run(ref key);
        result.Cache.Release(Recirculations, _nowMs);
        return result;
    }

    /// <summary>Translates without any effect. Recirculation ids in the actions stay known until <see cref="Release"/>.</summary>
    public XlateResult Translate(ref FlowKey key) => new Translation(this, hasEffects: false).Run(ref key);

    /// <summary>Lets go of the ids in the actions of a <see cref="Translate"/>.</summary>
    public void Release(XlateResult result) => result.Cache.Release(Recirculations, _nowMs);

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

    /// <summary>False when the flow is not kept, so that its ids may go.</summary>
    private bool TryInstall(XlateResult result, ref FlowKey key, long version, long nowMs, IDatapath datapath)
    {
        if (!TryHoldOwnId(result.Cache, key.RecircId)) return false;
        var mask = HasMegaflows ? result.SharedMask : ExactMask(result, ref key);
        FlowMask.Apply(ref mask.Mask, ref key, out var masked);
        var ufid = Ufid.Of(ref masked, ref mask.Mask);
        var known = Revalidator.Find(ufid);
        if (known is not null && known.Actions.Equals(result.FlowActions) && nowMs - known.PutMs < RepeatPutAfterMs) return false;
        if (known is null && !Revalidator.Limit.Allows(Revalidator.FlowCount))
        {
            FlowLimitHitCount++;
            return false;
        }

        FlowMatch match;
        if (known is not null)
        {
            match = known.Match;
            var old = known.Cache;
            known.Cache = result.Cache;
            old.Release(Recirculations, nowMs);
            known.Actions = result.FlowActions;
            known.Version = version;
            known.PutMs = nowMs;
            Fence.Told(known);
        }
        else
        {
            match = new FlowMatch(ref masked, mask);
            ShareCache(result, version);
            var flow = new InstalledFlow
            {
                Ufid = ufid, Actions = result.FlowActions, Cache = result.Cache, CreatedMs = nowMs, PutMs = nowMs,
                Match = match,
            };
            Revalidator.Track(flow, version);
            FlowMade?.Invoke(ufid, ref key, ref mask.Mask, result.FlowActions);
        }

        datapath.FlowPut(ufid, match, result.FlowActions);
        return true;
    }

    private SharedMask ExactMask(XlateResult result, ref FlowKey key)
    {
        var mask = result.Mask;
        var exact = FlowMask.ForPacket(ref key);
        // States that there are; the other bits of the word are none.
        exact.Bits.CtState = ConnectionBits.All;
        mask.Unite(ref exact);
        return _recentMasks.Get(ref mask);
    }

    /// <summary>What another flow is credited by as well need not be kept twice; the next translation may write into it.</summary>
    private void ShareCache(XlateResult result, long version)
    {
        var shared = _recentCaches.Get(result.Cache, version);
        if (ReferenceEquals(shared, result.Cache)) return;
        _idleCache = result.Cache;
        _idleCache.Clear();
        result.Cache = shared;
    }

    /// <summary>A flow for packets that came back keeps the id they came back with; false when that is about to be forgotten.</summary>
    private bool TryHoldOwnId(XlateCache cache, uint id)
    {
        if (id == 0 || Recirculations.Find(id) is not { } context) return true;
        if (!RecircContexts.TryRetain(context)) return false;
        cache.Add(context);
        return true;
    }

    /// <summary>The masked key stands for all packets of the flow, since their translations are equal (property T1).</summary>
    private XlateResult Retranslate(InstalledFlow flow)
    {
        flow.Match.GetKey(out var key);
        var version = Version;
        var result = new Translation(this, hasEffects: false).Run(ref key);
        TryHoldOwnId(result.Cache, key.RecircId);
        ShareCache(result, version);
        return result;
    }
}
