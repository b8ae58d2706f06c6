using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>A meter of a bridge and the datapath's meter that does its work (OVS: <c>struct meter</c>).</summary>
public sealed class AgentMeter
{
    private HashSet<OpenFlowRule>? _rules;

    internal AgentMeter(MeterMod mod, uint datapathId, long nowMs)
    {
        (Id, DatapathId, CreatedMs) = (mod.MeterId, datapathId, nowMs);
        (Flags, Bands) = (mod.Flags, mod.Bands);
    }

    public uint Id { get; }

    /// <summary>Its number in the datapath, where the meters of all bridges are together.</summary>
    public uint DatapathId { get; }

    public long CreatedMs { get; }

    public MeterFlags Flags { get; internal set; }

    public IReadOnlyList<MeterBand> Bands { get; internal set; }

    /// <summary>Rules whose packets it limits: the "flow_count" of its statistics.</summary>
    public int RuleCount => _rules?.Count ?? 0;

    internal IReadOnlyCollection<OpenFlowRule> Rules => (IReadOnlyCollection<OpenFlowRule>?)_rules ?? [];

    internal void Attach(OpenFlowRule rule) => (_rules ??= []).Add(rule);

    internal void Detach(OpenFlowRule rule) => _rules?.Remove(rule);
}
