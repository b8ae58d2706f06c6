using System.CommandLine;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Tools;

namespace Fabric.Cli.Verbs;

internal static class EnvVerb
{
    public static Command Build(VerbContext context)
    {
        var server = new Argument<string>("SERVER") { Description = "Name of a server" };
        var shell = new Option<string?>("--shell")
        {
            Description = "Shell to write for; by default that of $SHELL", HelpName = "sh|fish|csh",
        };
        var command = new Command("env", "Print what makes the stock ovs-* tools talk to a server: eval \"$(fabric env server-1)\"")
        {
            server, shell,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var found = await ServerEnvironment.FindAsync(
                parsed.GetRequiredValue(server), parsed.GetRequiredValue(context.Options.Data).FullName, () => context.Fabric(parsed),
                cancel);
            if (context.Format(parsed) == OutputFormat.Json)
                await context.Terminal.Out.WriteLineAsync(ApiJson.Indented(found, ApiJson.Default.ServerEnvironment));
            else
                await context.Terminal.Out.WriteAsync(
                    found.Format(parsed.GetValue(shell) ?? context.Terminal.Environment.GetValueOrDefault("SHELL") ?? "sh"));
            await context.Terminal.Out.FlushAsync(cancel);
            return ExitCode.Done;
        });
        return command;
    }
}
