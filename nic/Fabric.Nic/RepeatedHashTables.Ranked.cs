using System.Diagnostics.CodeAnalysis;
using Fabric.Datapath;
using Fabric.Flow;

namespace Fabric.Nic;

/// <summary>
/// Flows pushed before any packet asked for them. They overlap and are asked after the megaflows, of which each is right for all it
/// matches. One that finds no room leaves a gap: frames of its port that only flows of lower ranks match go to the host, for they may be
/// the gap's.
/// </summary>
public sealed partial class RepeatedHashTables
{
    private readonly RankedFlowTable<NicFlow> _ranked;
    private readonly Dictionary<Ufid, (OdpPort Port, FlowRank Rank)> _gaps = [];
    private readonly Dictionary<OdpPort, FlowRank> _highestGap = [];
    private bool _isRankedInUse;

    /// <summary>Pushed flows that found no room.</summary>
    public int GapCount => _gaps.Count;

    private bool TryGet(Ufid ufid, [NotNullWhen(true)] out NicFlow? flow) =>
        _table.TryGet(ufid, out flow) || _ranked.TryGet(ufid, out flow);

    private NicFlow At(int index) => index < _table.Count ? _table[index] : _ranked[index - _table.Count];

    private void GetMatch(int index, out FlowKey key, out FlowMask mask)
    {
        if (index < _table.Count) _table.GetMatch(index, out key, out mask);
        else _ranked.GetMatch(index - _table.Count, out key, out mask);
    }

    private NicFlow? AnswerRanked(ref FlowKey key, out int probes)
    {
        var flow = _ranked.Lookup(ref key, out var rank, out probes);
        _probes += probes;
        if (flow is null || (_highestGap.TryGetValue(key.InPort, out var gap) && gap > rank!)) return null;
        _isRankedInUse = true;
        return flow;
    }

    /// <summary>What L1 knows of frames that a new flow may take over is outdated.</summary>
    private void Outdate(Ufid ufid, FlowRank rank, ref FlowKey key, bool isKept)
    {
        CloseGap(ufid);
        if (!isKept)
        {
            _gaps.Add(ufid, (key.InPort, rank));
            if (!_highestGap.TryGetValue(key.InPort, out var highest) || rank > highest) _highestGap[key.InPort] = rank;
        }

        // Nothing in L1 is bound to one of these while none has answered since.
        if (!_isRankedInUse) return;
        _isRankedInUse = false;
        for (var i = 0; i < _ranked.Count; i++) Slots.Invalidate(_ranked[i].Slot);
    }

    private void CloseGap(Ufid ufid)
    {
        if (!_gaps.Remove(ufid, out var gap)) return;
        _highestGap.Remove(gap.Port);
        foreach (var (port, rank) in _gaps.Values)
            if (port == gap.Port && (!_highestGap.TryGetValue(port, out var highest) || rank > highest)) _highestGap[port] = rank;
    }

    private void ClearRanked()
    {
        _ranked.Clear();
        _gaps.Clear();
        _highestGap.Clear();
        _isRankedInUse = false;
    }
}
