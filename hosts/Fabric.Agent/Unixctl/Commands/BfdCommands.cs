using System.Text;

namespace Fabric.Agent;

/// <summary>Interfaces that speak BFD: <c>bfd/*</c>.</summary>
internal static class BfdCommands
{
    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        registry.Add("bfd/show", "[interface]", 0, 1, call => Show(context.Agent, call));
        registry.Add("bfd/set-forwarding", "[interface] normal|false|true", 1, 2, call => SetForwarding(context.Agent, call));
    }

    private static UnixctlReply Show(OvsAgent agent, UnixctlCall call)
    {
        var text = new StringBuilder();
        foreach (var port in Ports(agent, call.Count == 0 ? null : call[0]))
        {
            if (call.Count == 0) text.Append($"---- {port.Name} ----\n");
            port.Bfd!.Describe(text, call.NowMs);
        }

        return text.Length == 0 && call.Count > 0 ? UnixctlReply.Fail("no such bfd object") : UnixctlReply.Ok(text.ToString());
    }

    private static UnixctlReply SetForwarding(OvsAgent agent, UnixctlCall call)
    {
        bool? verdict = null;
        switch (call[call.Count - 1].ToLowerInvariant())
        {
            case "true": verdict = true; break;
            case "false": verdict = false; break;
            case "normal": break;
            default: return UnixctlReply.Fail("unknown fault string");
        }

        var ports = Ports(agent, call.Count == 1 ? null : call[0]);
        if (ports.Count == 0 && call.Count > 1) return UnixctlReply.Fail("no such BFD object");
        foreach (var port in ports) port.Bfd!.SetForwarding(verdict);
        return UnixctlReply.Ok("OK");
    }

    /// <param name="name">Null is all.</param>
    private static IReadOnlyList<AgentPort> Ports(OvsAgent agent, string? name) =>
        [.. agent.Bridges.SelectMany(b => b.Ports).Where(p => p.Bfd is not null && (name is null || p.Name == name))];
}
