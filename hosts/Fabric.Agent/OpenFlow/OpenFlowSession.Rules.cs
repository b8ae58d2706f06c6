using System.Collections;
using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Questions about rules.</summary>
public sealed partial class OpenFlowSession
{
    private OpenFlowError ListRules(RuleStatisticsRequest request, long nowMs)
    {
        var rules = new RuleDescriptions(Find(request.Filter), new MatchRoom(), nowMs);
        return Reply(request, new RuleStatisticsReply(rules) { Place = new ListPlace() });
    }

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

    private List<OpenFlowRule> Find(RuleFilter filter) =>
        Bridge.Tables.Select(filter.Table, filter.Match, filter.Cookie, filter.CookieMask, filter.OutPort, filter.OutGroup);

    private static RuleStatistics Describe(OpenFlowRule rule, MatchRoom room, long nowMs) => new()
    {
        Match = rule.MatchIn(room),
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
    /// Rules as statistics, each made when it is written and its match good until the next: there may be a hundred thousand.
    /// </summary>
    private sealed class RuleDescriptions(List<OpenFlowRule> rules, MatchRoom room, long nowMs) : IReadOnlyList<RuleStatistics>
    {
        public int Count => rules.Count;

        public RuleStatistics this[int index] => Describe(rules[index], room, nowMs);

        public IEnumerator<RuleStatistics> GetEnumerator()
        {
            for (var i = 0; i < Count; i++) yield return this[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
