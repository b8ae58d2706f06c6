namespace Fabric.Agent;

/// <summary>The commands of ovs-vswitchd, by family.</summary>
public static class SwitchCommands
{
    /// <summary>Of the release whose behaviour, formats and schema are emulated.</summary>
    public const string Version = "3.1.0";

    private static readonly string[] DatapathPrefixes =
        ["dpctl/", "dpif/", "dpif-dummy/", "upcall/show", "tnl/ports", "memory/", "ofproto/trace", "qos/"];

    /// <summary>Does this command want a fresh <see cref="SwitchContext.View"/>?</summary>
    public static bool NeedsDatapath(string method) => DatapathPrefixes.Any(p => method.StartsWith(p, StringComparison.Ordinal));

    /// <summary>Of those that <see cref="NeedsDatapath"/>: must the view hold what connection tracking remembers?</summary>
    public static bool NeedsConnections(string method) => method.Contains("conntrack", StringComparison.Ordinal)
        || method.StartsWith("dpctl/ct-", StringComparison.Ordinal) || method.StartsWith("dpctl/ipf-", StringComparison.Ordinal);

    public static UnixctlRegistry Create(SwitchContext context)
    {
        var registry = new UnixctlRegistry($"ovs-vswitchd (Open vSwitch) {Version}");
        ProcessCommands.Add(registry, context.Log, context.Coverage, context.Host);
        registry.Add("memory/show", "", 0, 0, _ => MemoryText.Show(context));
        FdbCommands.Add(registry, context);
        DpctlCommands.Add(registry, context);
        DatapathCommands.Add(registry, context);
        DpctlFlowCommands.Add(registry, context);
        DpctlFileCommands.Add(registry, context);
        ConntrackCommands.Add(registry, context);
        DpifCommands.Add(registry, context);
        PmdCommands.Add(registry);
        ActionCommands.Add(registry);
        UpcallCommands.Add(registry, context);
        OfprotoCommands.Add(registry, context);
        TunnelCommands.Add(registry, context);
        RouteCommands.Add(registry, context);
        BridgeCommands.Add(registry, context);
        context.Coverage.WatchSwitch(context, registry);
        return registry;
    }
}
