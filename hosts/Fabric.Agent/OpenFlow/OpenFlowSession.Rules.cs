using System.Collections;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Questions about rules.</summary>
public sealed partial class OpenFlowSession
{
    private OpenFlowError ListRules(RuleStatisticsRequest request, long nowMs) =>
        Reply(request, new RuleStatisticsReply(new RuleDescriptions(Find(request.Filter), nowMs)));

    private OpenFlowError SumRules(AggregateRequest request)
    {
        var (packets, bytes, count) = (0ul, 0ul, 0u);
        foreach (var rule in Find(request.Filter))
        {
            packets += (ulong)rule.Packets;
            bytes += (ulong)rule.Bytes;
            count++;
        }

        return Reply(request, new AggregateReply(packets, bytes, count));
    }

    /// <summary>Table 254 has rules too, but only those who name it see them.</summary>
    private List<OpenFlowRule> Find(RuleFilter filter) => filter.Table == OpenFlowTables.InternalTable
        ? [.. Bridge.Tables.InternalRules]
        : Bridge.Tables.Select(filter.Table, filter.Match, filter.Cookie, filter.CookieMask, filter.OutPort, filter.OutGroup);

    private static RuleStatistics Describe(OpenFlowRule rule, long nowMs) => new()
    {
        Match = rule.Match,
        Table = rule.Table,
        Priority = (ushort)rule.Priority,
        Cookie = rule.Cookie,
        Duration = RuleDuration.OfMilliseconds(Math.Max(0, nowMs - rule.CreatedMs)),
        IdleTimeoutSeconds = rule.IdleTimeoutSeconds,
        HardTimeoutSeconds = rule.HardTimeoutSeconds,
        IdleAgeSeconds = AgeSeconds(nowMs - rule.UsedMs),
        HardAgeSeconds = AgeSeconds(nowMs - rule.ModifiedMs),
        Importance = rule.Importance,
        Flags = rule.Flags,
        PacketCount = (ulong)rule.Packets,
        ByteCount = (ulong)rule.Bytes,
        Actions = rule.Actions,
    };

    private static int AgeSeconds(long ms) => (int)Math.Clamp(ms / 1000, 0, ushort.MaxValue);

    /// <summary>
    /// Rules as statistics, each made when it is written: a match alone has near two kilobytes, and the rules may be a hundred thousand.
    /// </summary>
    private sealed class RuleDescriptions(List<OpenFlowRule> rules, long nowMs) : IReadOnlyList<RuleStatistics>
    {
        public int Count => rules.Count;

        public RuleStatistics this[int index] => Describe(rules[index], nowMs);

        public IEnumerator<RuleStatistics> GetEnumerator() => rules.Select(rule => Describe(rule, nowMs)).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
