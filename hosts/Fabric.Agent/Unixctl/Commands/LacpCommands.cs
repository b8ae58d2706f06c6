using System.Globalization;
using System.Text;

namespace Fabric.Agent;

/// <summary>Bonds that speak LACP: <c>lacp/*</c>.</summary>
internal static class LacpCommands
{
    private static readonly (LacpState State, string Name)[] StateNames =
    [
        (LacpState.Active, "activity"), (LacpState.ShortTimeout, "timeout"), (LacpState.Aggregatable, "aggregation"),
        (LacpState.Synchronised, "synchronized"), (LacpState.Collecting, "collecting"), (LacpState.Distributing, "distributing"),
        (LacpState.Defaulted, "defaulted"), (LacpState.Expired, "expired"),
    ];

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        registry.Add("lacp/show", "[port]", 0, 1, call => ForEach(context.Agent, call, Show));
        registry.Add("lacp/show-stats", "[port]", 0, 1, call => ForEach(context.Agent, call, ShowStatistics));
    }

    private static UnixctlReply ForEach(OvsAgent agent, UnixctlCall call, Action<StringBuilder, AgentBond, LacpAggregator> write)
    {
        var text = new StringBuilder();
        foreach (var bond in agent.Bridges.SelectMany(b => b.Bonds))
            if (bond.Lacp is { } lacp && (call.Count == 0 || bond.Name == call[0])) write(text, bond, lacp);
        return text.Length == 0 && call.Count > 0 ? UnixctlReply.Fail("no such lacp object") : UnixctlReply.Ok(text.ToString());
    }

    private static void Show(StringBuilder text, AgentBond bond, LacpAggregator lacp)
    {
        var own = lacp.ActorOf(lacp.Members[0]);
        text.Append(CultureInfo.InvariantCulture, $"""
            ---- {bond.Name} ----
              status: {(bond.Settings.Lacp == LacpMode.Active ? "active" : "passive")}{(lacp.IsNegotiated ? " negotiated" : "")}
              sys_id: {own.System}
              sys_priority: {own.SystemPriority}
              aggregation key: {own.Key}
              lacp_time: {(bond.Settings.HasFastLacp ? "fast" : "slow")}

            """);
        foreach (var member in lacp.Members.OrderBy(m => m.Port.Name, StringComparer.Ordinal))
        {
            var actor = lacp.ActorOf(member);
            text.Append(CultureInfo.InvariantCulture, $"""

                member: {member.Port.Name}: {StatusText(member.Status)} {(member.IsAttached ? "attached" : "detached")}
                  port_id: {actor.PortId}
                  port_priority: {actor.PortPriority}
                  may_enable: {(lacp.MayEnable(member.Port) ? "true" : "false")}


                """);
            Append(text, "actor", actor);
            text.Append('\n');
            Append(text, "partner", member.Partner);
        }
    }

    private static void Append(StringBuilder text, string who, LacpInfo info)
    {
        text.Append(CultureInfo.InvariantCulture, $"""
              {who} sys_id: {info.System}
              {who} sys_priority: {info.SystemPriority}
              {who} port_id: {info.PortId}
              {who} port_priority: {info.PortPriority}
              {who} key: {info.Key}
              {who} state:
            """);
        foreach (var (state, name) in StateNames)
            if (info.State.HasFlag(state)) text.Append(' ').Append(name);
        text.Append('\n');
    }

    private static void ShowStatistics(StringBuilder text, AgentBond bond, LacpAggregator lacp)
    {
        text.Append(CultureInfo.InvariantCulture, $"---- {bond.Name} statistics ----\n");
        foreach (var member in lacp.Members.OrderBy(m => m.Port.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"""

                member: {member.Port.Name}:
                  TX PDUs: {member.SentPdus}
                  RX PDUs: {member.ReceivedPdus}
                  RX Bad PDUs: {member.BadPdus}
                  RX Marker Request PDUs: {member.MarkerPdus}
                  Link Expired: {member.ExpiredCount}
                  Link Defaulted: {member.DefaultedCount}
                  Carrier Status Changed: {member.LinkChangeCount}

                """);
    }

    private static string StatusText(LacpMemberStatus status) => status switch
    {
        LacpMemberStatus.Current => "current",
        LacpMemberStatus.Expired => "expired",
        _ => "defaulted",
    };
}
