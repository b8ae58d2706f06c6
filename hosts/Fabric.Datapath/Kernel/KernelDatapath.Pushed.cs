using System.Diagnostics.CodeAnalysis;
using Fabric.Flow;

namespace Fabric.Datapath;

/// <summary>
/// Flows that are on the NIC alone, pushed before any packet asks. The host never looks a frame up in them: what falls back is the agent's
/// to answer. But it keeps them: statistics, confirmed deletes, and offers anew to a NIC that lost its memory. They do not time out.
/// </summary>
public sealed partial class KernelDatapath
{
    /// <summary>What a flow for the host looks like to the NIC: an action that it does not have.</summary>
    private static readonly DatapathActions ToHost = new(new UserspaceAction(0, UserspaceReason.Miss));

    private readonly Dictionary<Ufid, DatapathFlow> _pushed = [];
    private readonly Queue<DatapathFlow> _repush = new();

    public IReadOnlyCollection<DatapathFlow> PushedFlows => _pushed.Values;

    /// <summary>A new flow for the NIC, or other actions for one that was pushed.</summary>
    /// <param name="leftToHost">Why its packets go to the host; null when they do not.</param>
    public void FlowPush(
        Ufid ufid, FlowRank rank, ref FlowKey key, ref FlowMask mask, DatapathActions actions, string? leftToHost, long nowMs)
    {
        if (leftToHost is not null) actions = ToHost;
        if (_pushed.TryGetValue(ufid, out var flow))
        {
            flow.LeftToHost = leftToHost;
            if (!flow.Actions.Equals(actions)) Change(flow, actions);
            return;
        }

        var match = new FlowMatch(ref key, _recentMasks.Get(ref mask));
        flow = new DatapathFlow(ufid, match, _programs.Get(actions), nowMs) { Rank = rank, LeftToHost = leftToHost };
        _pushed.Add(ufid, flow);
        Offer(flow);
    }

    /// <summary>False when there is no such flow. It is gone for good, and told so, when the NIC has confirmed.</summary>
    public bool FlowPull(Ufid ufid) => Unpush(ufid, FlowRemovalReason.Deleted, isFlush: false);

    private bool TryFind(Ufid ufid, [NotNullWhen(true)] out DatapathFlow? flow) =>
        _flows.TryGet(ufid, out flow) || _pushed.TryGetValue(ufid, out flow);

    private bool Unpush(Ufid ufid, FlowRemovalReason reason, bool isFlush)
    {
        if (!_pushed.Remove(ufid, out var flow)) return false;
        flow.Removal = reason;
        if (flow.Offload == OffloadState.Yes) _offloadedCount--;
        _waiting.Remove(flow);
        if (!IsKnownToNic(flow))
        {
            Complete(flow);
            return true;
        }

        Await(flow);
        if (!isFlush) _hook!.Delete(ufid);
        return true;
    }
}
