using Fabric.OpenFlow;

namespace Fabric.Agent;

/// <summary>
/// One rule in a table, with its statistics. A rule that is modified keeps its place and its counters and gets new actions; flows
/// translated before still point at it, so their packets are still credited.
/// </summary>
public sealed class OpenFlowRule
{
    public OpenFlowRule(FlowMod mod, long nowMs)
    {
        Mod = mod;
        CreatedMs = nowMs;
        UsedMs = nowMs;
        ModifiedMs = nowMs;
    }

    /// <summary>Match, priority, actions and the rest, as they are now.</summary>
    public FlowMod Mod { get; private set; }

    public Match Match => Mod.Match;

    public int Priority => Mod.Priority;

    public byte Table => Mod.Table;

    public long Packets { get; private set; }

    public long Bytes { get; private set; }

    public long CreatedMs { get; }

    /// <summary>When a packet last matched, as far as the statistics pulled from the datapath tell.</summary>
    public long UsedMs { get; private set; }

    public long ModifiedMs { get; private set; }

    /// <summary>False once it has left its table.</summary>
    public bool IsInstalled { get; internal set; }

    public void Credit(long packets, long bytes, long usedMs)
    {
        Packets += packets;
        Bytes += bytes;
        UsedMs = Math.Max(UsedMs, usedMs);
    }

    internal void Modify(FlowMod mod, long nowMs)
    {
        Mod = Mod with
        {
            Actions = mod.Actions,
            // With a mask the cookie was a filter, and 0 is what a request without one has.
            Cookie = mod.CookieMask == 0 && mod.Cookie != 0 ? mod.Cookie : Mod.Cookie,
        };
        ModifiedMs = nowMs;
        if (!mod.Flags.HasFlag(FlowModFlags.ResetCounts)) return;
        Packets = 0;
        Bytes = 0;
    }

    /// <summary>The line that <c>ovs-ofctl dump-flows</c> prints for it.</summary>
    public string Format(long nowMs, IOpenFlowPorts? ports = null) => RuleText.FormatDump(Mod, nowMs - CreatedMs, Packets, Bytes, ports);

    public override string ToString() => RuleText.Format(Mod);
}
