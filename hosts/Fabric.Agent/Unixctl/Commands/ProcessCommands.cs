using System.Globalization;

namespace Fabric.Agent;

/// <summary>Commands that every OVS daemon has: its log, its counters, its end.</summary>
public static class ProcessCommands
{
    /// <param name="exitUsage">Arguments of <c>exit</c>; empty for a daemon whose end leaves nothing to clean up.</param>
    public static void Add(
        UnixctlRegistry registry, VlogSettings log, Coverage coverage, ISwitchHost host, string exitUsage = "[--cleanup]")
    {
        registry.Add("exit", exitUsage, 0, exitUsage.Length == 0 ? 0 : 1, call => Exit(call, host));
        registry.Add("coverage/show", "", 0, 0, _ => UnixctlReply.Ok(coverage.Format()));
        registry.Add("coverage/read-counter", "COUNTER", 1, 1, call => coverage.Read(call[0]) is { } total
            ? UnixctlReply.Ok(total.ToString(CultureInfo.InvariantCulture)) : UnixctlReply.Fail("No such counter"));
        registry.Add("vlog/set", "{spec | PATTERN:destination:pattern}", 0, UnixctlRegistry.Unlimited, call => SetLevels(call, log));
        registry.Add("vlog/list", "", 0, 0, _ => UnixctlReply.Ok(log.FormatLevels()));
        registry.Add("vlog/list-pattern", "", 0, 0, _ => UnixctlReply.Ok(log.FormatPatterns()));
        registry.Add("vlog/enable-rate-limit", "[module]...", 0, UnixctlRegistry.Unlimited, call => Limit(call, log, isLimited: true));
        registry.Add("vlog/disable-rate-limit", "[module]...", 0, UnixctlRegistry.Unlimited, call => Limit(call, log, isLimited: false));
        registry.Add("vlog/reopen", "", 0, 0, _ => host.ReopenLog() is { } error ? UnixctlReply.Fail(error) : UnixctlReply.Done);
        registry.Add("vlog/close", "", 0, 0, _ =>
        {
            host.CloseLog();
            return UnixctlReply.Done;
        });
    }

    private static UnixctlReply Exit(UnixctlCall call, ISwitchHost host)
    {
        host.Exit(call.Count > 0 && call[0] == "--cleanup");
        return UnixctlReply.Done;
    }

    private static UnixctlReply SetLevels(UnixctlCall call, VlogSettings log)
    {
        if (call.Count == 0) log.Set(null, null, VlogLevel.Dbg);
        foreach (var spec in call.Arguments)
            if (log.Set(spec) is { } error) return UnixctlReply.Fail(error);
        return UnixctlReply.Done;
    }

    private static UnixctlReply Limit(UnixctlCall call, VlogSettings log, bool isLimited)
    {
        if (call.Count == 0) log.SetRateLimit(null, isLimited);
        foreach (var module in call.Arguments)
            if (!log.SetRateLimit(module.Equals("ANY", StringComparison.OrdinalIgnoreCase) ? null : module, isLimited))
                return UnixctlReply.Fail("unknown module");
        return UnixctlReply.Done;
    }
}
