using System.CommandLine;
using System.CommandLine.Parsing;
using Fabric.Actors.Protocol;
using Fabric.Cli.DropIn;
using Fabric.Cli.Ovsdb;
using Fabric.Cli.Verbs;

namespace Fabric.Cli.CommandLine;

/// <summary>The <c>fabric</c> command: its verbs, and how their failures become one line and an exit code.</summary>
internal sealed class FabricCommandLine
{
    private readonly RootCommand _root;
    private readonly Terminal _terminal;

    public FabricCommandLine(VerbContext context)
    {
        _terminal = context.Terminal;
        _root = new RootCommand("Fabric: a data centre of accelerated Open vSwitch hosts, emulated frame by frame.");
        context.Options.AddTo(_root);
        if (context.StartNode is not null)
        {
            _root.Add(UpVerb.Build(context));
            _root.Add(DownVerb.Build(context));
            _root.Add(NodeVerb.Build(context));
        }
        _root.Add(OvsdbVerb.Build(context));
        _root.Add(new Command(VswitchdProgram.Name, "One emulated switch with the command line of ovs-vswitchd(8)"));
        _root.Add(new Command(OvsdbServerProgram.Name, "Database server with the command line of ovsdb-server(1)"));
        _root.Add(ValidateVerb.Build(context));
        _root.Add(InspectVerb.Build(context));
        _root.Add(PingVerb.Build(context));
        _root.Add(PingAllVerb.Build(context));
        _root.Add(FlowsVerb.Build(context));
        _root.Add(TraceVerb.Build(context));
        _root.Add(CaptureVerb.Build(context));
        _root.Add(VfVerb.Build(context));
        _root.Add(EswitchVerb.Build(context));
        _root.Add(GuestVerb.Build(context));
        _root.Add(BenchVerb.Build(context));
        _root.Add(EnvVerb.Build(context));
        _root.Add(OvsVerb.Build(context));
    }

    public async Task<int> RunAsync(string[] arguments, CancellationToken cancel)
    {
        if (arguments.Length == 0) arguments = ["--help"];
        // The stock daemons' command lines have their own rules.
        if (arguments[0] == OvsdbServerProgram.Name) return await new OvsdbServerProgram(_terminal).RunAsync(arguments[1..], cancel);
        if (arguments[0] == VswitchdProgram.Name) return await new VswitchdProgram(_terminal).RunAsync(arguments[1..], cancel);
        var parsed = _root.Parse(EnvironmentTwins.Apply(_root, arguments, _terminal.Environment));
        if (WrongUsage(parsed) is { } wrong && !parsed.Tokens.Any(t => t.Value is "--help" or "-h" or "-?"))
            return Fail(ExitCode.WrongInput, $"{wrong}; see 'fabric {HelpFor(parsed)}--help'");
        var invocation = new InvocationConfiguration
        {
            Output = _terminal.Out,
            Error = _terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancel);
        }
        catch (CliException e)
        {
            return Fail(e.ExitCode, e.Message);
        }
        catch (FabricRequestException e)
        {
            return Fail(e.Failure == RequestFailure.Unavailable ? ExitCode.NotReachable : ExitCode.WrongInput, e.Message);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Fail(ExitCode.CheckFailed, "interrupted");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.WrongInput, e.Message);
        }
    }

    /// <summary>Null when there is nothing wrong. The parser takes an unknown option for an argument where one fits, and complains of
    /// a verb's absence where the verb is unknown; neither message would help.</summary>
    private string? WrongUsage(ParseResult parsed)
    {
        var taken = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).FirstOrDefault(
            t => t.Type == TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal));
        if (taken is not null) return $"'{taken.Value}' is not an option";
        if (parsed.Errors.Count == 0) return null;
        if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.Count > 0)
            return $"'{parsed.UnmatchedTokens[0]}' is not a command; one of {string.Join(", ", _root.Subcommands.Select(c => c.Name))}";
        return parsed.Errors[0].Message.TrimEnd('.');
    }

    private int Fail(int exitCode, string message)
    {
        _terminal.Out.Flush();
        _terminal.Error.WriteLine($"fabric: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }

    private static string HelpFor(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
}
