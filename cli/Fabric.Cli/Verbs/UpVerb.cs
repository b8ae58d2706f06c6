using System.CommandLine;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Fabric.Cli.Up;

namespace Fabric.Cli.Verbs;

internal static class UpVerb
{
    public static Command Build(VerbContext context)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "Topology file; the quickstart when absent",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var nodes = VerbArguments.Number("--nodes", "-n", "Cluster nodes, one process each", 1, 99, 1);
        var detach = new Option<bool>("--detach", "-d")
        {
            Description = "Return when ready and leave the fabric running; 'fabric down' stops it",
        };
        var noValidate = new Option<bool>("--no-validate") { Description = "Skip the first pings and the topology's checks" };
        var fresh = new Option<bool>("--fresh") { Description = "Forget the topology that the data folder remembers" };
        var background = new Option<bool>("--background") { Hidden = true };
        var remoting = NodeVerb.Remoting("Akka.Remote address of node 1; node i listens on port + i - 1");
        var command = new Command("up", "Start a fabric on this machine, check it, keep it running")
        {
            file, nodes, detach, noValidate, fresh, remoting, background,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = new UpOptions(
                parsed.GetValue(file) ?? TopologySource.Default(context.Terminal), parsed.GetValue(nodes), !parsed.GetValue(noValidate),
                parsed.GetValue(fresh), parsed.GetValue(background), parsed.GetRequiredValue(context.Options.Api),
                parsed.GetValue(remoting), parsed.GetRequiredValue(context.Options.Data).FullName, context.Token,
                context.Format(parsed), context.Quiet(parsed));
            if (options.Format == OutputFormat.Csv) throw new CliException(ExitCode.WrongInput, "up prints a table or json, not csv");
            RefuseHighPort("--api", options.Api.Port, options.Nodes);
            RefuseHighPort("--remoting", options.Remoting.Port, options.Nodes);
            if (parsed.GetValue(detach)) return await new DetachedUp(context.Terminal, options, context.Connect).RunAsync(cancel);
            if (options.Background) Posix.LeaveSession();
            return await new ForegroundUp(context.Terminal, options, context.StartNode!).RunAsync(cancel);
        });
        return command;
    }

    /// <summary>Node i listens i - 1 ports above the first.</summary>
    private static void RefuseHighPort(string option, int first, int nodes)
    {
        if (first + nodes - 1 > ushort.MaxValue)
            throw new CliException(ExitCode.WrongInput,
                $"{option}: {nodes} nodes need the ports {first} to {first + nodes - 1}, but {ushort.MaxValue} is the last there is");
    }
}
