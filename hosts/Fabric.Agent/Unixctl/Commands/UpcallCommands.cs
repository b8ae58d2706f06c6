using System.Globalization;
using System.Text;

namespace Fabric.Agent;

/// <summary>How packets reach the agent and how it keeps its flows true: <c>upcall/*</c> and <c>revalidator/*</c>.</summary>
internal static class UpcallCommands
{
    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        var agent = context.Agent;
        registry.Add("upcall/show", "", 0, 0, _ => Show(context));
        registry.Add("upcall/disable-megaflows", "", 0, 0, _ => SetMegaflows(context, isOn: false));
        registry.Add("upcall/enable-megaflows", "", 0, 0, _ => SetMegaflows(context, isOn: true));
        registry.Add("upcall/disable-ufid", "", 0, 0, _ =>
        {
            context.UsesUfid = false;
            return UnixctlReply.Ok("Datapath dumping tersely using UFID disabled");
        });
        registry.Add("upcall/enable-ufid", "", 0, 0, _ =>
        {
            context.UsesUfid = true;
            return UnixctlReply.Ok("Datapath dumping tersely using UFID enabled for supported datapaths");
        });
        registry.Add("upcall/set-flow-limit", "flow-limit-number", 1, 1, call =>
        {
            var limit = ScanText.Atoi(call[0]);
            agent.Revalidator.Limit.Set(limit);
            return UnixctlReply.Ok(string.Create(CultureInfo.InvariantCulture, $"set flow_limit to {(uint)limit}\n"));
        });
        registry.Add("revalidator/wait", "", 0, 0, _ => UnixctlReply.Done with { When = ReplyMoment.AfterSweep });
        registry.Add("revalidator/purge", "", 0, 0, _ =>
        {
            agent.Revalidator.Purge(context.Datapath);
            return UnixctlReply.Done;
        });
        registry.Add("revalidator/pause", null, 0, 0, _ => Pause(agent, isPaused: true));
        registry.Add("revalidator/resume", null, 0, 0, _ => Pause(agent, isPaused: false));
    }

    private static UnixctlReply Pause(OvsAgent agent, bool isPaused)
    {
        agent.Revalidator.IsPaused = isPaused;
        return UnixctlReply.Done;
    }

    /// <summary>Flows made before the change go, as in OVS: they are not what would be made now.</summary>
    private static UnixctlReply SetMegaflows(SwitchContext context, bool isOn)
    {
        context.Agent.HasMegaflows = isOn;
        context.Agent.Revalidator.Purge(context.Datapath);
        return UnixctlReply.Ok(isOn ? "megaflows enabled" : "megaflows disabled");
    }

    private static UnixctlReply Show(SwitchContext context)
    {
        var (view, revalidator) = (context.View, context.Agent.Revalidator);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{view.FullName}:\n  flows         : (current {view.FlowCount}) (avg {revalidator.AverageFlowCount})");
        text.Append(CultureInfo.InvariantCulture, $" (max {revalidator.MaxFlowCount}) (limit {revalidator.Limit.Value})\n");
        if (view.Offload is { } offload) text.Append(CultureInfo.InvariantCulture, $"  offloaded flows : {offload.Inserted}\n");
        text.Append(CultureInfo.InvariantCulture, $"  dump duration : {Math.Max(1, revalidator.LastSweepDurationMs)}ms\n");
        text.Append(context.UsesUfid ? "  ufid enabled : true\n\n" : "  ufid enabled : false\n\n");
        // There is one revalidator, and no thread of its own to number.
        return UnixctlReply.Ok(text.Append(CultureInfo.InvariantCulture, $"  1: (keys {revalidator.FlowCount})\n").ToString());
    }
}
