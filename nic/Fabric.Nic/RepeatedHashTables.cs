using System.Runtime.CompilerServices;
using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>
/// The repeated hash tables, L2 of the hierarchy: a copy of the kernel datapath's flows, one hash table per mask, kept by control messages
/// from the host and never by the NIC's own judgement. Time-outs are L3's; the NIC only reports when a flow was last used.
/// <para>A flow that the NIC cannot execute is kept as a <em>trap</em>: it names the fallback reason of its frames, flow by flow, and is
/// answered to the host as refused. A flow for which there is no room is refused and not kept.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>L2.1: a lookup finds a flow exactly when one matches.</item>
/// <item>L2.2: a modify, a delete and a flush change the generation of every flow concerned, before they are answered.</item>
/// <item>L2.3: a slot's packets are the frames that L1 and L2 answered with the flow; its hits are those that L2 answered. Traps have
/// neither.</item>
/// <item>L2.4: never more flows than rules or statistics contexts, nor more masks than mask ids; what is refused changes nothing but to end
/// the execution of an older version of the same flow.</item>
/// <item>L2.5: a lookup allocates nothing.</item>
/// <item>L2.6: what is found for the keys of a batch is what is found for each alone.</item>
/// </list>
/// <para>Not modelled: TCAM, the memory units that the pools are spread over.</para>
/// </summary>
public sealed partial class RepeatedHashTables
{
    private readonly uint _seed;
    private readonly OffloadProfile _profile;
    private readonly ActionCache<ActionProgram> _programs = new(ActionProgram.Compile);
    private readonly Func<OdpPort, bool> _hasPort;
    private readonly MaskIdRest _restingMaskIds;
    private MaskedFlowTable<NicFlow> _table;
    private NicFlow?[] _bySlot = new NicFlow?[64];
    private long _probes;

    /// <param name="hasPort">Does the NIC have this port? A flow that sends elsewhere stays on the host.</param>
    public RepeatedHashTables(SmartNicOptions options, uint seed, Func<OdpPort, bool> hasPort)
    {
        RuleLimit = options.RuleLimit;
        MaskLimit = options.MaskLimit;
        StatisticsContextLimit = options.StatisticsContextLimit;
        _profile = options.Offloads;
        _restingMaskIds = new MaskIdRest(options.MaskIdRestUs);
        _seed = seed;
        _hasPort = hasPort;
        _table = new MaskedFlowTable<NicFlow>(seed, RuleLimit, MaskLimit);
        _ranked = new RankedFlowTable<NicFlow>(seed);
    }

    public int RuleLimit { get; }

    public int MaskLimit { get; }

    public int StatisticsContextLimit { get; }

    public PolicySlots Slots { get; } = new();

    public int Count => _table.Count + _ranked.Count;

    public int MaskCount => _table.MaskCount + _ranked.MaskCount;

    public long Lookups { get; private set; }

    /// <summary>Lookups that found a flow which the NIC executes.</summary>
    public long Hits { get; private set; }

    /// <summary>Lookups that found a flow which sends its frames to the host.</summary>
    public long TrapHits { get; private set; }

    public long Misses => Lookups - Hits - TrapHits;

    /// <summary>Hash tables probed by all lookups together.</summary>
    public long Probes => _probes;

    /// <summary>What there was no room of for the flow of the last <see cref="Put"/>.</summary>
    public OffloadShortage Shortage { get; private set; }

    /// <summary>Puts that were refused, for whatever reason.</summary>
    public long Refusals { get; private set; }

    /// <summary>The masks in the order in which lookups try them.</summary>
    public IEnumerable<MaskStatistics> Masks => _table.Masks.Concat(_ranked.Masks);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NicFlow FlowAt(int slot) => _bySlot[slot]!;

    /// <summary>The matching flow, or null. A flow that the NIC executes is charged with the frame (property L2.3).</summary>
    public NicFlow? Answer(ref FlowKey key, int frameSize, long nowMs, out int probes)
    {
        Lookups++;
        var flow = _table.Lookup(ref key, out probes);
        _probes += probes;
        if (flow is null && _ranked.Count > 0)
        {
            flow = AnswerRanked(ref key, out var more);
            probes += more;
        }

        if (flow is null) return null;
        Charge(flow, 1, frameSize, key.TcpFlags, nowMs);
        return flow;
    }

    /// <summary>
    /// The matching flows of a batch's keys, null where there is none. Nothing is charged: <see cref="Charge"/> is for the caller to call.
    /// </summary>
    public void Find(Span<FlowKey> keys, Span<NicFlow?> flows)
    {
        Lookups += keys.Length;
        _table.Lookup(keys, flows, out var probes);
        _probes += probes;
        if (_ranked.Count == 0) return;
        for (var i = 0; i < keys.Length; i++) flows[i] ??= AnswerRanked(ref keys[i], out _);
    }

    /// <summary>Counts frames that a flow was found for: as hits if the NIC executes it (property L2.3).</summary>
    public void Charge(NicFlow flow, int frames, long bytes, ushort tcpFlags, long nowMs)
    {
        if (flow.Trap is not null)
        {
            TrapHits += frames;
            flow.FallbackFrames += frames;
            return;
        }

        Hits += frames;
        ref var slot = ref Slots[flow.Slot];
        slot.Hits += frames;
        slot.Packets += frames;
        slot.Bytes += bytes;
        slot.LastUsedMs = nowMs;
        slot.TcpFlags |= tcpFlags;
    }

    /// <summary>A new flow, or new actions for a known one. Returns null when the NIC executes it, else why not.</summary>
    /// <param name="final">When a flow that was executed until now is refused: its statistics, which start anew.</param>
    public string? Put(
        Ufid ufid, ref FlowKey key, ref FlowMask mask, DatapathActions actions, long basePackets, long baseBytes, long nowMs,
        out OffloadStatistics? final, uint mark = 0,
        FlowRank? rank = null)
    {
        final = null;
        Shortage = OffloadShortage.None;
        if (TryGet(ufid, out var known))
        {
            (known.BasePackets, known.BaseBytes) = (basePackets, baseBytes);
            return Modify(known, actions, out final);
        }

        var refusal = RefuseRoom(ref mask, nowMs);
        if (rank is not null) Outdate(ufid, rank, ref key, isKept: refusal is null);
        if (refusal is not null)
        {
            Refusals++;
            return refusal;
        }

        var flow = new NicFlow(ufid, Slots.Allocate())
        {
            BasePackets = basePackets, BaseBytes = baseBytes, IsFromTunnel = key.HasTunnel, Mark = mark,
            MatchRefusal = _profile.RefuseMatch(ref key, ref mask),
        };
        if (rank is not null)
        {
            flow.IsRanked = true;
            _ranked.Insert(ufid, rank, ref key, ref mask, flow);
        }
        else if (_table.TryInsert(ref key, ref mask, flow) != FlowTableRefusal.None)
        {
            Slots.Free(flow.Slot);
            Refusals++;
            return "the NIC has a flow of the same match under another identifier";
        }

        if (flow.Slot >= _bySlot.Length) Array.Resize(ref _bySlot, _bySlot.Length * 2);
        _bySlot[flow.Slot] = flow;
        return Judge(flow, actions);
    }

    /// <summary>New actions for a known flow; null when the NIC executes them, else why not.</summary>
    public string? Modify(Ufid ufid, DatapathActions actions, out OffloadStatistics? final)
    {
        final = null;
        return TryGet(ufid, out var flow) ? Modify(flow, actions, out final) : "the NIC does not have the flow";
    }

    /// <summary>Does the NIC find the flow and leave what to do to the host?</summary>
    public bool IsPartial(Ufid ufid) => TryGet(ufid, out var flow) && flow.IsPartial;

    /// <summary>False when the flow is unknown.</summary>
    public bool TryDelete(Ufid ufid, long nowMs, out OffloadStatistics final)
    {
        final = default;
        var masks = MaskCount;
        CloseGap(ufid);
        if (!_table.TryRemove(ufid, out var flow) && !_ranked.TryRemove(ufid, out flow)) return false;
        _restingMaskIds.Freed(masks - MaskCount, nowMs);
        final = StatisticsOf(flow);
        Release(flow);
        return true;
    }

    public void Flush()
    {
        for (var i = 0; i < Count; i++) Release(At(i));
        ClearRanked();
        // A new table and not a cleared one: its counters of masks and lookups begin anew as well.
        _table = new MaskedFlowTable<NicFlow>(_seed, RuleLimit, MaskLimit);
    }

    /// <summary>The flow that has this statistics context; null when none has.</summary>
    public Ufid? UserOf(int context) => (uint)context < (uint)_bySlot.Length ? _bySlot[context]?.Ufid : null;

    public bool Knows(Ufid ufid) => TryGet(ufid, out _);

    /// <summary>Takes what was forwarded elsewhere into the view of the flows; returns how many are known.</summary>
    public int TakeHostForwarded(ReadOnlySpan<HostShare> shares)
    {
        var known = 0;
        foreach (ref readonly var share in shares)
        {
            if (!TryGet(share.Ufid, out var flow)) continue;
            (flow.BasePackets, flow.BaseBytes) = (share.Packets, share.Bytes);
            known++;
        }

        return known;
    }

    /// <summary>
    /// Writes statistics that changed since they were last taken, walking from <paramref name="cursor"/> (start with <see cref="Count"/>)
    /// down to 0, until <paramref name="target"/> is full; returns how many were written. Flows put during a walk wait for the next one.
    /// </summary>
    public int TakeChanged(ref int cursor, Span<OffloadStatistics> target)
    {
        var written = 0;
        cursor = Math.Min(cursor, Count);
        while (cursor > 0 && written < target.Length)
        {
            var flow = At(--cursor);
            ref var slot = ref Slots[flow.Slot];
            if (slot.Packets == slot.ReportedPackets) continue;
            slot.ReportedPackets = slot.Packets;
            target[written++] = StatisticsOf(flow);
        }

        return written;
    }

    public IReadOnlyList<NicFlowView> List(int limit = int.MaxValue)
    {
        var views = new List<NicFlowView>(Math.Min(limit, Count));
        for (var i = 0; i < Count && views.Count < limit; i++) views.Add(View(i));
        return views;
    }

    private NicFlowView View(int index)
    {
        var flow = At(index);
        GetMatch(index, out var key, out var mask);
        ref var slot = ref Slots[flow.Slot];
        return new NicFlowView
        {
            Ufid = flow.Ufid,
            IsRanked = flow.IsRanked,
            Key = key,
            Mask = mask,
            Actions = flow.Actions,
            Hits = slot.Hits,
            Packets = flow.BasePackets + slot.Packets,
            Bytes = flow.BaseBytes + slot.Bytes,
            LastUsedMs = slot.LastUsedMs,
            TcpFlags = slot.TcpFlags,
            Trap = flow.Trap,
            Refusal = flow.Refusal,
            FallbackFrames = flow.FallbackFrames,
            Context = flow.Slot,
        };
    }

    private OffloadStatistics StatisticsOf(NicFlow flow)
    {
        ref var slot = ref Slots[flow.Slot];
        return new OffloadStatistics(flow.Ufid, slot.Packets, slot.Bytes, slot.LastUsedMs, slot.TcpFlags, flow.Slot);
    }

    private string? Modify(NicFlow flow, DatapathActions actions, out OffloadStatistics? final)
    {
        final = null;
        Slots.Invalidate(flow.Slot);
        var wasExecuted = flow.Trap is null;
        var refusal = Judge(flow, actions);
        if (refusal is null || !wasExecuted) return refusal;
        final = StatisticsOf(flow);
        Slots.ClearStatistics(flow.Slot);
        return refusal;
    }

    /// <summary>Why there is no room for one more flow with this mask; null when there is.</summary>
    private string? RefuseRoom(ref FlowMask mask, long nowMs)
    {
        Shortage = OffloadShortage.Rules;
        if (Count >= RuleLimit) return $"the NIC holds its limit of {RuleLimit} rules";
        Shortage = OffloadShortage.StatisticsContexts;
        if (Slots.UsedCount >= StatisticsContextLimit) return $"all {StatisticsContextLimit} statistics contexts of the NIC are in use";
        Shortage = OffloadShortage.None;
        if (_table.HasMask(ref mask) || _ranked.HasMask(ref mask)) return null;
        Shortage = OffloadShortage.Masks;
        if (MaskCount >= MaskLimit) return $"the NIC holds its limit of {MaskLimit} masks";
        var resting = _restingMaskIds.Count(nowMs);
        if (MaskCount + resting >= MaskLimit) return $"{resting} of the NIC's {MaskLimit} mask ids rest before they can be used again";
        Shortage = OffloadShortage.None;
        return null;
    }

    private string? Judge(NicFlow flow, DatapathActions actions)
    {
        flow.Program = _programs.Get(actions);
        flow.Refusal = OffloadVerdict.Of(actions, flow.MatchRefusal, flow.IsFromTunnel, _profile, _hasPort, out flow.TrapField);
        if (flow.Refusal is not null) Refusals++;
        return flow.Refusal;
    }

    private void Release(NicFlow flow)
    {
        _bySlot[flow.Slot] = null;
        Slots.Free(flow.Slot);
    }
}
