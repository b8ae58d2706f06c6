using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>Rules that packets make (OVS: <c>ofproto_flow_mod_learn</c>).</summary>
public sealed partial class OpenFlowTables
{
    /// <summary>
    /// Adds the rule that a packet made by <c>learn</c>, or refreshes it when it is there and the same. False when
    /// <paramref name="limit"/>, if not 0, stands against it: that many rules of its table have its cookie. The rule is what flows made
    /// from the same packet keep alive with <see cref="RefreshLearned"/>.
    /// </summary>
    /// <param name="mod">A strict modify with the time-outs of the action.</param>
    public bool TryLearn(FlowMod mod, uint limit, long nowMs, out OpenFlowRule? rule)
    {
        rule = TableOf(mod.Table).Classifier.FindStrict(mod.Match, mod.Priority);
        if (rule is not null && IsSame(rule, mod))
        {
            rule.Refresh(nowMs);
            return true;
        }

        rule = null;
        if (limit != 0 && CountWithCookie(mod.Table, mod.Cookie) >= limit) return false;
        if (Run(mod with { Command = FlowModCommand.ModifyStrict, ModifiesCookie = true, CookieMask = 0 }, nowMs, null)
            == OpenFlowError.None) rule = TableOf(mod.Table).Classifier.FindStrict(mod.Match, mod.Priority);
        if (_transactions == 0) Commit();
        return true;
    }

    /// <summary>Would <see cref="TryLearn"/> succeed?</summary>
    public bool MayLearn(FlowMod mod, uint limit) =>
        limit == 0 || CountWithCookie(mod.Table, mod.Cookie) < limit || HasLearned(mod);

    /// <summary>Is the rule there, as <see cref="TryLearn"/> would make it?</summary>
    public bool HasLearned(FlowMod mod) =>
        TableOf(mod.Table).Classifier.FindStrict(mod.Match, mod.Priority) is { } rule && IsSame(rule, mod);

    /// <summary>
    /// A packet came that would learn this rule once more. When the rule has left its table meanwhile it is added again, unless the limit
    /// stands against it; returns the rule that now stands there.
    /// </summary>
    public OpenFlowRule RefreshLearned(OpenFlowRule rule, uint limit, long nowMs)
    {
        if (rule.IsInstalled)
        {
            rule.Refresh(nowMs);
            return rule;
        }

        TryLearn(rule.Mod, limit, nowMs, out var again);
        return again ?? rule;
    }

    private int CountWithCookie(byte table, ulong cookie) =>
        cookie == 0 ? TableOf(table).Classifier.Rules.Count(r => r.Cookie == 0) : _cookies.Count(cookie, table);

    private static bool IsSame(OpenFlowRule rule, FlowMod mod) =>
        (rule.IdleTimeoutSeconds, rule.HardTimeoutSeconds, rule.Importance, rule.Flags)
        == (mod.IdleTimeoutSeconds, mod.HardTimeoutSeconds, mod.Importance, mod.Flags)
        && (mod.Cookie == ulong.MaxValue || mod.Cookie == rule.Cookie)
        && rule.Actions.Equals(mod.Actions);
}
