namespace Fabric.Agent;

/// <summary>
/// When which rule's time may be up (OVS: <c>rule_expire</c>). A heap of due times; an entry whose time is not the rule's any more means
/// nothing. A rule that has been used since is given a new time when the old one comes, so traffic costs nothing here.
/// </summary>
internal sealed class RuleClock
{
    private readonly PriorityQueue<OpenFlowRule, long> _due = new();

    /// <summary>Looks after a rule from now on, or takes note that its time-outs have become shorter.</summary>
    public void Watch(OpenFlowRule rule)
    {
        if (!rule.HasTimeout) return;
        rule.DueMs = Due(rule);
        _due.Enqueue(rule, rule.DueMs);
    }

    /// <summary>The next rule whose time is up, or null.</summary>
    public OpenFlowRule? TakeExpired(long nowMs, out RuleRemovedReason reason)
    {
        reason = default;
        while (_due.TryPeek(out var rule, out var due) && due <= nowMs)
        {
            _due.Dequeue();
            if (!rule.IsInstalled || rule.DueMs != due) continue;
            if (IsOver(rule.HardTimeoutSeconds, rule.ModifiedMs, nowMs)) reason = RuleRemovedReason.HardTimeout;
            else if (IsOver(rule.IdleTimeoutSeconds, rule.UsedMs, nowMs)) reason = RuleRemovedReason.IdleTimeout;
            else
            {
                Watch(rule);
                continue;
            }

            return rule;
        }

        return null;
    }

    private static bool IsOver(ushort seconds, long sinceMs, long nowMs) => seconds != 0 && nowMs > sinceMs + seconds * 1000L;

    private static long Due(OpenFlowRule rule)
    {
        var hard = rule.HardTimeoutSeconds == 0 ? long.MaxValue : rule.ModifiedMs + rule.HardTimeoutSeconds * 1000L + 1;
        var idle = rule.IdleTimeoutSeconds == 0 ? long.MaxValue : rule.UsedMs + rule.IdleTimeoutSeconds * 1000L + 1;
        return Math.Min(hard, idle);
    }
}
