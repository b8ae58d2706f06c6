using System.Text;

namespace Fabric.Agent;

/// <summary>
/// What bridges and ports may run beside forwarding. Of these only bonds, LACP, BFD and QoS exist here: no port speaks CFM or LLDP, no
/// bridge a spanning tree, and so the commands say that there is no such object.
/// </summary>
internal static class BridgeCommands
{
    private static readonly string[] Verdicts = ["true", "false", "normal"];

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        BondCommands.Add(registry, context);
        QosCommands.Add(registry, context);
        foreach (var name in (ReadOnlySpan<string>)["show-isid", "statistics", "status"])
            registry.Add($"autoattach/{name}", "[bridge]", 0, 1, _ => UnixctlReply.Done);
        BfdCommands.Add(registry, context);
        AddObjects(registry, "cfm/show", "[interface]", "no such CFM object");
        LacpCommands.Add(registry, context);
        AddObjects(registry, "stp/show", "[bridge]", "no such stp object");
        AddObjects(registry, "stp/tcn", "[bridge]", "no such stp object", "OK");
        AddObjects(registry, "rstp/show", "[bridge]", "No such RSTP object");
        AddObjects(registry, "rstp/tcn", "[bridge]", "No such RSTP object", "OK");
        AddVerdict(registry, "cfm/set-fault", "no such CFM object");
    }

    /// <summary>A command over all objects of a kind, or over one, of which there are none.</summary>
    private static void AddObjects(UnixctlRegistry registry, string name, string usage, string complaint, string done = "") =>
        registry.Add(name, usage, 0, 1, call => call.Count == 0 ? UnixctlReply.Ok(done) : UnixctlReply.Fail(complaint));

    private static void AddVerdict(UnixctlRegistry registry, string name, string complaint) =>
        registry.Add(name, "[interface] normal|false|true", 1, 2, call =>
            !Verdicts.Contains(call[call.Count - 1].ToLowerInvariant()) ? UnixctlReply.Fail("unknown fault string")
            : call.Count == 1 ? UnixctlReply.Ok("OK") : UnixctlReply.Fail(complaint));
}
