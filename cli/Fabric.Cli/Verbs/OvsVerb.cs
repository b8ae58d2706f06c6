using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Fabric.Cli.Tools;

namespace Fabric.Cli.Verbs;

internal static class OvsVerb
{
    public static Command Build(VerbContext context)
    {
        var server = new Argument<string>("SERVER") { Description = "Name of a server" };
        var words = new Argument<string[]>("CMD")
        {
            Description = "A stock tool and its arguments, behind --: fabric ovs server-1 -- ovs-vsctl show",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("ovs", "Run a stock ovs-* tool against a server; its exit code is the answer") { server, words };
        command.SetAction(async (parsed, cancel) =>
        {
            var found = await ServerEnvironment.FindAsync(
                parsed.GetRequiredValue(server), parsed.GetRequiredValue(context.Options.Data).FullName, () => context.Fabric(parsed),
                cancel);
            return await RunAsync(found, parsed.GetRequiredValue(words), cancel);
        });
        return command;
    }

    /// <summary>The tool has the terminal to itself.</summary>
    private static async Task<int> RunAsync(ServerEnvironment environment, string[] words, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(words[0]) { UseShellExecute = false };
        foreach (var word in words[1..]) start.ArgumentList.Add(word);
        foreach (var (name, value) in environment.Environment) start.Environment[name] = value;
        Process child;
        try
        {
            child = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CliException(ExitCode.WrongInput, $"{words[0]} cannot be run: {e.Message}");
        }

        using (child)
        {
            // Ctrl-C has reached the tool as well; a signal to this process alone is passed on.
            await using var stop = cancel.Register(() => Posix.Signal(child.Id, Posix.SigTerm));
            await child.WaitForExitAsync(CancellationToken.None);
            return child.ExitCode;
        }
    }
}
