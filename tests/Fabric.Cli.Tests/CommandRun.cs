using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;

namespace Fabric.Cli.Tests;

/// <summary>One invocation of the command with its output in strings.</summary>
internal sealed record CommandRun(int ExitCode, string Out, string Error, byte[] OutBytes)
{
    public static Task<CommandRun> Of(IFabric fabric, params string[] arguments) =>
        Of((_, _) => fabric, [], CancellationToken.None, arguments);

    public static Task<CommandRun> OverHttp(params string[] arguments) =>
        Of((api, token) => new HttpFabric(api, token), [], CancellationToken.None, arguments);

    public static async Task<CommandRun> Of(
        Func<Uri, string?, IFabric> connect, Dictionary<string, string> environment, CancellationToken cancel, string[] arguments,
            NodeStarter? startNode = null)
    {
        var (output, error, bytes) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" }, new MemoryStream());
        var terminal = new Terminal(output, error, () => bytes, Interactive: false, Colours: false, Width: 100, environment);
        var exitCode = await new FabricCommandLine(new VerbContext(terminal, new GlobalOptions(), connect, startNode))
            .RunAsync(arguments, cancel);
        return new CommandRun(exitCode, output.ToString(), error.ToString(), bytes.ToArray());
    }
}
