using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

internal static class TraceVerb
{
    public static Command Build(VerbContext context)
    {
        var vm = new Argument<string>("VM") { Description = "VM that sends the frame" };
        var flow = new Argument<string>("FLOW") { Description = "The frame in ovs-ofctl syntax, e.g. 'icmp,nw_dst=10.1.0.2'" };
        var command = new Command("trace", "Send one marked frame and show its way through every tier, tunnel and server") { vm, flow };
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new TraceRequest(parsed.GetRequiredValue(vm), parsed.GetRequiredValue(flow));
            var reply = await context.Fabric(parsed).TraceAsync(request, cancel);
            context.Print(
                parsed, reply, ApiJson.Default.TraceReply, () => TraceText.Sheet(reply), printer => TraceText.Print(printer, reply));
            return ExitCode.Done;
        });
        return command;
    }
}
