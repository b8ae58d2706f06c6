namespace Fabric.Agent;

/// <summary>The rules of tables in the order in which they are tried, kept while tables do not change.</summary>
internal sealed class RuleLists
{
    private readonly Dictionary<(AgentBridge, int), OpenFlowRule[]> _lists = [];

    public OpenFlowRule[] Of(AgentBridge bridge, int table)
    {
        if (_lists.TryGetValue((bridge, table), out var list)) return list;
        // Sorting is stable: rules of one priority stay in the order of the classifier.
        list = [.. bridge.Tables.Table((byte)table).Classifier.Rules.OrderByDescending(rule => rule.Priority)];
        _lists.Add((bridge, table), list);
        return list;
    }
}
