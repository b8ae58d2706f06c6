using Fabric.Flow;
using Fabric.Wire;

namespace Fabric.Agent;

/// <summary>
/// Who is to be credited for the packets of a flow: the rules it went through and the address entries it keeps alive (OVS:
/// <c>ofproto-dpif-xlate-cache.c</c>). It stands for the translation's side effects, so packets that the datapath handled alone count as if
/// each had been translated.
/// </summary>
public sealed class XlateCache
{
    private readonly List<OpenFlowRule> _rules = [];
    private readonly List<(MacTable Macs, MacLesson Lesson)> _addresses = [];
    private List<AgentMirror>? _mirrors;
    private List<BondBucket>? _buckets;
    private List<(AgentPort? From, AgentPort? To)>? _ports;

    public IReadOnlyList<OpenFlowRule> Rules => _rules;

    internal void Add(OpenFlowRule rule) => _rules.Add(rule);

    internal void Add(MacTable macs, in MacLesson lesson) => _addresses.Add((macs, lesson));

    internal void Add(AgentMirror mirror) => (_mirrors ??= []).Add(mirror);

    internal void Add(BondBucket bucket) => (_buckets ??= []).Add(bucket);

    /// <summary>The packet left one bridge by <paramref name="from"/> and entered another by <paramref name="to"/>.</summary>
    internal void AddPatch(AgentPort from, AgentPort to) => (_ports ??= []).Add((from, to));

    /// <summary>The packet came out of this tunnel.</summary>
    internal void AddTunnelInput(AgentPort tunnel) => (_ports ??= []).Add((null, tunnel));

    /// <summary>The packet went into this tunnel.</summary>
    internal void AddTunnelOutput(AgentPort tunnel) => (_ports ??= []).Add((tunnel, null));

    /// <summary>Credits statistics pulled from the datapath. Addresses are refreshed, never learned anew or moved.</summary>
    public void Credit(long packets, long bytes, long usedMs)
    {
        if (packets == 0) return;
        Count(packets, bytes, usedMs);
        foreach (var (macs, lesson) in _addresses) macs.Touch(lesson.Vlan, lesson.Mac, lesson.Port, usedMs);
    }

    /// <summary>Does what a packet seen by the agent itself does: credits it and learns its address.</summary>
    public void Apply(long packets, long bytes, long nowMs)
    {
        Count(packets, bytes, nowMs);
        foreach (var (macs, lesson) in _addresses) macs.Learn(in lesson, nowMs);
    }

    private void Count(long packets, long bytes, long usedMs)
    {
        foreach (var rule in _rules) rule.Credit(packets, bytes, usedMs);
        foreach (var mirror in _mirrors ?? []) mirror.Credit(packets, bytes);
        foreach (var bucket in _buckets ?? []) bucket.TxBytes += bytes;
        foreach (var (from, to) in _ports ?? [])
        {
            from?.CreditTx(packets, bytes);
            to?.CreditRx(packets, bytes);
        }
    }
}
