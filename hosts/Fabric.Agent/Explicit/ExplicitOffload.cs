using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>
/// Explicit offload (white paper, "future offload methods"): what the rules come to is computed before any packet asks, and pushed to the
/// NIC, so that the first packet of a connection is forwarded as fast as all others.
/// <para>From each port all paths through the tables are walked. A path is a series of lookups, each answered by one rule, and it comes to
/// a box: the packets that every one of these rules matches. What is done to the box is not computed a second time: a sample packet of it
/// is translated by the same <see cref="Translation"/> that answers upcalls, whose lookups a <see cref="RuleOracle"/> answers along the
/// path.</para>
/// <para>Boxes overlap, because rules do. Two ways to tell a NIC: cut them until they are disjoint, or rank them. One address that a rule
/// of a higher priority takes out of a wildcard leaves 48 boxes with 48 masks, and a card has 256; so the boxes are ranked
/// (<see cref="FlowRank"/>), by the priorities of the rules on the path. A rule that comes or goes leaves the ranks of other paths as they
/// are.</para>
/// <para>What cannot be decided before goes to the host, which is a box like others: with its rank, so that no box below it answers in its
/// place, and with its reason. So it is with NORMAL, learning and connections, and with actions that depend on bits no rule on the path
/// matches: the result then holds for the sample's bits alone, and the box without them follows one rank lower, for the host. The host
/// answers as ever, by upcalls; its megaflows stand before all of this on the NIC, since a megaflow is right for every packet it
/// matches.</para>
/// <para>Properties that tests cite:</para>
/// <list type="number">
/// <item>X1: the flow of the greatest rank that matches a packet of a port does what the translation of that packet does, or leaves it to
/// the host.</item>
/// <item>X2: rules that match on L2 to L4 and forward, drop, count, rewrite addresses or ports or tags, or go on in other tables, and do
/// not forward from one tunnel to another, leave nothing to the host but fragments, second tags, outer congestion marks and IP headers
/// that are cut off.</item>
/// <item>X3: a change of rules pushes what is new from the greatest rank down, then pulls what is old from the least rank up; at each
/// moment a packet is treated by the old rules or by the new ones.</item>
/// <item>X4: each packet that the NIC counts is credited once to the rules of its path; also the last ones of a flow that is pulled.</item>
/// <item>X5: no more flows than the options allow; a port that comes to more is left to the host as a whole.</item>
/// </list>
/// <para>Not modelled: the numbers for priority that a real card has in place of lists, and their renumbering.</para>
/// </summary>
public sealed class ExplicitOffload
{
    private readonly OvsAgent _agent;
    private readonly ExplicitOptions _options;
    private readonly Dictionary<Ufid, ExplicitFlow> _leaving = [];
    private Dictionary<Ufid, ExplicitFlow> _flows = [];
    private Dictionary<Ufid, FlowStatistics>? _adopted;
    private long _version = -1;
    private long _dump;

    internal ExplicitOffload(OvsAgent agent, ExplicitOptions? options = null) => (_agent, _options) = (agent, options ?? new());

    public IReadOnlyCollection<ExplicitFlow> Flows => _flows.Values;

    public int PushedCount => _flows.Values.Count(f => !f.IsLeftToHost);

    public int LeftToHostCount => _flows.Values.Count(f => f.IsLeftToHost);

    /// <summary>Nothing is known of the datapath yet; <see cref="TakeDump"/> says what an earlier agent pushed.</summary>
    public bool IsWaiting => _adopted is null;

    /// <summary>Times that the NIC was brought up to date.</summary>
    public long Refreshes { get; private set; }

    /// <summary>Rules have changed since the NIC was brought up to date.</summary>
    public bool IsStale => IsWaiting || _agent.ExplicitVersion != _version;

    /// <summary>Brings the NIC up to date with the rules (property X3). Does nothing while nothing has changed.</summary>
    public void Refresh(IExplicitDatapath datapath)
    {
        var version = _agent.ExplicitVersion;
        if (version == _version || IsWaiting) return;
        _version = version;
        Refreshes++;
        var wanted = new ExplicitCompiler(_agent, _options).Compile();
        foreach (var flow in wanted.Values.OrderByDescending(f => f.Rank)) PushNew(flow, datapath);
        foreach (var flow in _flows.Values.Where(f => !wanted.ContainsKey(f.Ufid)).OrderBy(f => f.Rank)) Pull(flow, datapath);
        _flows = wanted;
        _adopted!.Clear();
    }

    /// <summary>A complete list of the pushed flows that the datapath has.</summary>
    public void TakeDump(ReadOnlySpan<FlowStatistics> dump, IExplicitDatapath datapath)
    {
        if (IsWaiting)
        {
            _adopted = [];
            foreach (ref readonly var found in dump) _adopted[found.Ufid] = found;
            Refresh(datapath);
            foreach (ref readonly var found in dump)
                if (!_flows.ContainsKey(found.Ufid)) datapath.FlowPull(found.Ufid);
            return;
        }

        _dump++;
        foreach (ref readonly var found in dump)
        {
            if (!_flows.TryGetValue(found.Ufid, out var flow)) continue;
            flow.SeenInDump = _dump;
            Credit(flow, in found);
        }

        // Absent from this dump and the one before: a push under way would have arrived by now.
        foreach (var flow in _flows.Values.Where(f => f.SeenInDump < _dump - 1).OrderByDescending(f => f.Rank))
        {
            (flow.Packets, flow.Bytes) = (0, 0);
            Push(flow, datapath);
        }
    }

    /// <summary>A flow has left the datapath; what it counted last is credited.</summary>
    /// <returns>False when it was none of these.</returns>
    public bool FlowRemoved(in FlowStatistics statistics)
    {
        if (_leaving.Remove(statistics.Ufid, out var flow))
        {
            Credit(flow, in statistics);
            return true;
        }

        if (!_flows.TryGetValue(statistics.Ufid, out flow)) return false;
        Credit(flow, in statistics);
        // Flushed by somebody: the next dump brings it back.
        (flow.Packets, flow.Bytes, flow.SeenInDump) = (0, 0, long.MinValue);
        return true;
    }

    /// <summary>The datapath started anew, empty.</summary>
    public void DatapathLost()
    {
        _flows = [];
        _leaving.Clear();
        _adopted = [];
        _version = -1;
    }

    private void PushNew(ExplicitFlow flow, IExplicitDatapath datapath)
    {
        if (_flows.TryGetValue(flow.Ufid, out var old))
        {
            (flow.Packets, flow.Bytes, flow.SeenInDump) = (old.Packets, old.Bytes, old.SeenInDump);
            if (old.Says(flow)) return;
        }
        else if (_adopted!.TryGetValue(flow.Ufid, out var found))
        {
            (flow.Packets, flow.Bytes) = (found.Packets, found.Bytes);
        }

        Push(flow, datapath);
    }

    private void Push(ExplicitFlow flow, IExplicitDatapath datapath)
    {
        flow.SeenInDump = _dump;
        datapath.FlowPush(
            flow.Ufid, flow.Rank, ref flow.Key, ref flow.Mask, flow.Actions, flow.IsLeftToHost ? flow.Reason.ToString() : null);
    }

    private void Pull(ExplicitFlow flow, IExplicitDatapath datapath)
    {
        _leaving[flow.Ufid] = flow;
        datapath.FlowPull(flow.Ufid);
    }

    private static void Credit(ExplicitFlow flow, in FlowStatistics statistics)
    {
        var packets = Math.Max(0, statistics.Packets - flow.Packets);
        var bytes = Math.Max(0, statistics.Bytes - flow.Bytes);
        (flow.Packets, flow.Bytes) = (statistics.Packets, statistics.Bytes);
        flow.Cache.Credit(packets, bytes, statistics.UsedMs, statistics.TcpFlags);
    }
}
