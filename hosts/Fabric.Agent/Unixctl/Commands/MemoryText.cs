using System.Globalization;

namespace Fabric.Agent;

/// <summary><c>memory/show</c>: how many of what there are, sorted by name; what there is none of is left out.</summary>
internal static class MemoryText
{
    public static UnixctlReply Show(SwitchContext context)
    {
        var agent = context.Agent;
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["handlers"] = 1,
            ["revalidators"] = 1,
            ["ports"] = agent.Bridges.Sum(b => b.Ports.Count),
            ["rules"] = agent.Bridges.Sum(b => b.Tables.RuleCount + OfprotoCommands.InternalRuleCount),
            ["udpif keys"] = agent.Revalidator.FlowCount,
        };
        foreach (var (name, count) in context.Memory()) counts[name] = count;
        var words = counts.Where(c => c.Value != 0).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Key}:{c.Value}"));
        return UnixctlReply.Ok(string.Join(" ", words));
    }
}
