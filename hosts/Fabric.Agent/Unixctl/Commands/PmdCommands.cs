namespace Fabric.Agent;

/// <summary>
/// The threads of a user-space datapath: <c>dpif-netdev/*</c> (OVS: <c>lib/dpif-netdev.c</c>). A switch over the kernel's datapath has
/// none, and says so as ovs-vswitchd does.
/// </summary>
internal static class PmdCommands
{
    private static readonly (string Name, string Usage, int MaxArguments)[] Commands =
    [
        ("bond-show", "[dp]", 1),
        ("pmd-perf-show", "[-nh] [-it iter-history-len] [-ms ms-history-len] [-pmd core] [dp]", 8),
        ("pmd-rxq-rebalance", "[dp]", 1),
        ("pmd-rxq-show", "[-pmd core] [-secs secs] [dp]", 5),
        ("pmd-stats-clear", "[-pmd core] [dp]", 3),
        ("pmd-stats-show", "[-pmd core] [dp]", 3),
    ];

    public static void Add(UnixctlRegistry registry)
    {
        foreach (var (name, usage, maxArguments) in Commands)
            registry.Add($"dpif-netdev/{name}", usage, 0, maxArguments, _ => UnixctlReply.Fail("please specify an existing datapath"));
    }
}
