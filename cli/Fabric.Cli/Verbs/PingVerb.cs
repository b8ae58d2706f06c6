using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

internal static class PingVerb
{
    public static Command Build(VerbContext context)
    {
        var source = new Argument<string>("SRC") { Description = "VM that pings" };
        var destination = new Argument<string>("DST") { Description = "VM or address" };
        var count = VerbArguments.Number("--count", "-c", "Echo requests", 1, 65_535, 4);
        var size = VerbArguments.Number("--size", "-s", "Bytes after the ICMP header", 0, 8_000, 56);
        var interval = VerbArguments.Duration("--interval", "-i", "Between requests, e.g. 10ms or 0.5", 200);
        var timeout = VerbArguments.Duration("--timeout", "-W", "Until an echo counts as lost, e.g. 500ms or 10", 1_000);
        var family = VerbArguments.Word("--family", "Address family, IPv4 if both ends have it", "4", "6");
        var command = new Command("ping", "Ping from a VM to a VM or an address")
        {
            source, destination, count, size, interval, timeout, family,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new PingRequest(parsed.GetRequiredValue(source), parsed.GetRequiredValue(destination), parsed.GetValue(count),
                parsed.GetValue(size), parsed.GetValue(interval), parsed.GetValue(timeout),
                Family: parsed.GetValue(family) is { } text ? text[0] - '0' : 0);
            var reply = await context.Fabric(parsed).PingAsync(request, cancel);
            context.Print(parsed, reply, ApiJson.Default.PingReply, () => PingText.Sheet(reply),
                printer => PingText.Print(printer, reply, request.PayloadSize, context.Quiet(parsed)));
            return reply is { Lost: 0, Foreign: 0 } ? ExitCode.Done : ExitCode.CheckFailed;
        });
        return command;
    }
}
