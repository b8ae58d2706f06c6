using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

internal static class FlowsVerb
{
    public static Command Build(VerbContext context)
    {
        var server = new Argument<string>("SERVER") { Description = "Name of a server" };
        var tier = VerbArguments.Word("--tier", "Only this tier", "l1", "l2", "l3", "openflow");
        var type = VerbArguments.Word(
            "--type", "Only such flows, which are of L3", "all", "offloaded", "non-offloaded", "partially-offloaded", "ovs", "tc", "dpdk");
        var limit = VerbArguments.Number("--limit", null, "Flows at most", 1, 1_000_000, 10_000);
        var command = new Command("flows", "A server's flow caches and rules in OVS text form") { server, tier, type, limit };
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new FlowsRequest(parsed.GetRequiredValue(server), parsed.GetValue(tier), parsed.GetValue(type),
                parsed.GetValue(limit));
            var reply = await context.Fabric(parsed).FlowsAsync(request, cancel);
            context.Print(
                parsed, reply, ApiJson.Default.FlowsReply, () => FlowText.Sheet(reply),
                printer => FlowText.Print(printer, reply, request));
            return ExitCode.Done;
        });
        return command;
    }
}
