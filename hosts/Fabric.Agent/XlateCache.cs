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
    private readonly List<(MacTable Macs, ushort Vlan, MacAddress Mac, OfpPort Port)> _addresses = [];

    public IReadOnlyList<OpenFlowRule> Rules => _rules;

    internal void Add(OpenFlowRule rule) => _rules.Add(rule);

    internal void Add(MacTable macs, ushort vlan, MacAddress mac, OfpPort port) => _addresses.Add((macs, vlan, mac, port));

    /// <summary>Credits statistics pulled from the datapath. Addresses are refreshed, never learned anew or moved.</summary>
    public void Credit(long packets, long bytes, long usedMs)
    {
        if (packets == 0) return;
        foreach (var rule in _rules) rule.Credit(packets, bytes, usedMs);
        foreach (var (macs, vlan, mac, port) in _addresses) macs.Touch(vlan, mac, port, usedMs);
    }

    /// <summary>Does what a packet seen by the agent itself does: credits it and learns its address.</summary>
    public void Apply(long packets, long bytes, long nowMs)
    {
        foreach (var rule in _rules) rule.Credit(packets, bytes, nowMs);
        foreach (var (macs, vlan, mac, port) in _addresses) macs.Learn(vlan, mac, port, nowMs);
    }
}
