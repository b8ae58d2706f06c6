using System.Globalization;
using System.Text;
using Fabric.Flow;

namespace Fabric.Agent;

/// <summary>Bridges on their datapath: <c>dpif/*</c>.</summary>
internal static class DpifCommands
{
    private static readonly UnixctlReply NoBridge = UnixctlReply.Fail("no such bridge");

    public static void Add(UnixctlRegistry registry, SwitchContext context)
    {
        var agent = context.Agent;
        registry.Add("dpif/show", "", 0, 0, _ => Show(context));
        registry.Add("dpif/dump-dps", "", 0, 0, _ =>
            UnixctlReply.Ok(string.Concat(agent.Bridges.Select(b => $"{context.View.Type}@{b.Name}\n"))));
        registry.Add("dpif/dump-flows", "[-m] [--names | --no-names] bridge", 1, UnixctlRegistry.Unlimited, call => Dump(context, call));
        registry.Add("dpif/show-dp-features", "bridge", 1, 1, call =>
            agent.FindBridge(call[0]) is null ? NoBridge : UnixctlReply.Ok(context.Features.Format()));
        registry.Add("dpif/set-dp-features", "bridge", 1, 3, call => SetFeature(context, call));
        // Newer than the emulated release, for its question is the one that people with a SmartNIC ask most.
        registry.Add("dpif/offload/show", "", 0, 0, _ => ShowOffload(context.View));
    }

    private static UnixctlReply Show(SwitchContext context)
    {
        var view = context.View;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{view.FullName}: hit:{view.Hit} missed:{view.Missed}\n");
        foreach (var bridge in context.Agent.Bridges)
        {
            text.Append($"  {bridge.Name}:\n");
            foreach (var port in bridge.Ports.OrderBy(p => p.Name, StringComparer.Ordinal))
            {
                var odp = PortWords.DatapathNumber(port)?.Value.ToString(CultureInfo.InvariantCulture) ?? "none";
                text.Append(CultureInfo.InvariantCulture, $"    {port.Name} {port.Number.Value}/{odp}: (");
                text.Append(PortWords.Type(port, view)).Append(DpctlCommands.PortText(PortWords.Options(port))).Append(")\n");
            }
        }

        return UnixctlReply.Ok(text.ToString());
    }

    private static UnixctlReply Dump(SwitchContext context, UnixctlCall call)
    {
        if (context.Agent.FindBridge(call[call.Count - 1]) is not { } bridge) return NoBridge;
        var isVerbose = false;
        bool? withNames = null;
        foreach (var option in call.Arguments.Take(call.Count - 1))
        {
            if (option == "-m") isVerbose = true;
            else if (option is "--names" or "--no-names") withNames = option == "--names";
        }

        var names = withNames ?? isVerbose ? new ViewPortNames(context.View) : null;
        var text = new StringBuilder();
        foreach (var flow in context.View.Flows)
            if (Input(context.Agent, flow)?.Bridge == bridge)
                text.Append(FlowLine.ForDpif(flow, context.View.IsUserspace, isVerbose, names)).Append('\n');
        return UnixctlReply.Ok(text.ToString());
    }

    private static AgentPort? Input(ITranslationWorld world, DatapathFlowView flow) =>
        world.FindInput(flow.Key.InPort) ?? world.FindTunnelInput(ref flow.Key);

    private static UnixctlReply SetFeature(SwitchContext context, UnixctlCall call)
    {
        if (context.Agent.FindBridge(call[0]) is null) return NoBridge;
        if (call.Count < 3) return UnixctlReply.Ok(context.Features.Describe(call.Count > 1 ? call[1] : null));
        if (context.Features.Set(call[1], call[2]) is { } complaint) return UnixctlReply.Ok(complaint);
        context.Agent.FeaturesChanged();
        context.Agent.Revalidator.Purge(context.Datapath);
        return UnixctlReply.Done;
    }

    private static UnixctlReply ShowOffload(DatapathView view)
    {
        var text = new StringBuilder($"Globally enabled: {(view.Offload is null ? "false" : "true")}\nDatapaths:\n{view.FullName}:\n");
        foreach (var (name, ports) in view.Offload?.Providers ?? [])
        {
            text.Append($"  {name}\n");
            foreach (var port in ports) text.Append($"  - {port}\n");
        }

        return UnixctlReply.Ok(text.ToString());
    }
}
