using System.CommandLine;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;

namespace Fabric.Cli.Verbs;

internal static class NodeVerb
{
    /// <summary>A child of <c>up</c> obeys its parent alone: Ctrl-C in their terminal reaches both, and the parent stops its children in
    /// order.</summary>
    public const string UntilInputEnds = "--until-input-ends";

    public const string DefaultRemoting = "127.0.0.1:4053";

    public static Command Build(VerbContext context)
    {
        var contacts = new Option<string[]>("--contact")
        {
            Description = "API address to ask whether a cluster exists; repeatable",
            HelpName = "URL",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        contacts.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !Uri.TryCreate(t.Value, UriKind.Absolute, out var uri) || uri.Scheme != "http"))
                result.AddError($"--contact is '{token.Value}'; give an API address as http://HOST:PORT");
        });
        var roles = new Option<string>("--roles")
        {
            Description = "Cluster roles, separated by commas",
            HelpName = "ROLES",
            DefaultValueFactory = _ => "server",
        };
        var journal = new Option<string?>("--journal")
        {
            Description = "PostgreSQL for the journal, and with it for databases and rules; else files in the data folder",
            HelpName = "\"Host=H;Username=U;Database=D\"",
        };
        var databases = new Option<string?>("--databases")
        {
            Description = "Where servers' databases and rules are kept",
            HelpName = "files|journal",
        };
        databases.AcceptOnlyFromAmong("files", "journal");
        var remoting = Remoting("Address of Akka.Remote, bound and announced");
        var logName = new Option<string>("--log-name") { Hidden = true, DefaultValueFactory = _ => "node" };
        var untilInputEnds = new Option<bool>(UntilInputEnds) { Hidden = true };
        var command = new Command("node", "Run one bare cluster node: what a pod runs")
        {
            contacts, roles, journal, databases, remoting, logName, untilInputEnds,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (parsed.GetValue(untilInputEnds)) StopWithInput(stop);
            var data = parsed.GetRequiredValue(context.Options.Data).FullName;
            using var logging = FileLog.Factory(Path.Combine(DataFolder.LogDirectory(data), parsed.GetRequiredValue(logName) + ".log"));
            var settings = new NodeSettings(
                parsed.GetRequiredValue(context.Options.Api), parsed.GetValue(remoting),
                [.. parsed.GetRequiredValue(contacts).Select(c => new Uri(c))],
                parsed.GetRequiredValue(roles).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                data, logging)
            {
                Journal = parsed.GetValue(journal),
                KeepsDatabasesInJournal =
                    parsed.GetValue(databases) is { } place ? place == "journal" : parsed.GetValue(journal) is not null,
            };
            return await RunAsync(context, settings, context.Quiet(parsed) ? TextWriter.Null : context.Terminal.Out, stop.Token);
        });
        return command;
    }

    private static async Task<int> RunAsync(VerbContext context, NodeSettings settings, TextWriter tell, CancellationToken stop)
    {
        await using var api = await ApiHost.StartAsync(settings.Api, context.Token, settings.Logging, stop);
        var node = context.StartNode!(settings with { Api = api.Address });
        try
        {
            api.Attach(node);
            await node.JoinAsync(stop);
            tell.WriteLine($"node up, API {api.Address.GetLeftPart(UriPartial.Authority)}");
            tell.Flush();
            await node.Terminated.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        finally
        {
            await node.StopAsync();
        }
        throw new CliException(ExitCode.CheckFailed, "the node left the cluster or was removed from it; see its log");
    }

    public static Option<HostAndPort> Remoting(string description) => new("--remoting")
    {
        Description = description,
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => HostAndPort.TryParse(DefaultRemoting, out var address) ? address : default,
        CustomParser = result =>
        {
            if (HostAndPort.TryParse(result.Tokens[^1].Value, out var address)) return address;
            result.AddError($"--remoting is '{result.Tokens[^1].Value}'; give it as HOST:PORT");
            return default;
        },
    };

    private static void StopWithInput(CancellationTokenSource stop)
    {
        var input = Console.OpenStandardInput();
        new Thread(() =>
        {
            var buffer = new byte[16];
            try
            {
                while (input.Read(buffer) > 0) { }
                stop.Cancel();
            }
            catch (IOException)
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The node stopped for another reason first.
            }
        }) { IsBackground = true, Name = "input" }.Start();
    }
}
