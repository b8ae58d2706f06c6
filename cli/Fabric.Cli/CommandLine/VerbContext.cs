using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.Node;
using Fabric.Cli.Render;

namespace Fabric.Cli.CommandLine;

/// <summary>What a verb needs of its surroundings.</summary>
/// <param name="StartNode">Starts a node in this process; null where the program cannot.</param>
internal sealed record VerbContext(Terminal Terminal, GlobalOptions Options, Func<Uri, string?, IFabric> Connect, NodeStarter? StartNode)
{
    public IFabric Fabric(ParseResult parsed) => Connect(parsed.GetRequiredValue(Options.Api), Token);

    /// <summary>The bearer token for the API, if the operator has set one.</summary>
    public string? Token => Terminal.Environment.GetValueOrDefault("FABRIC_TOKEN") is { Length: > 0 } token ? token : null;

    public bool Quiet(ParseResult parsed) => parsed.GetValue(Options.Quiet);

    public OutputFormat Format(ParseResult parsed) => parsed.GetValue(Options.Format);

    /// <summary>Prints a reply that is one sheet in the format asked for.</summary>
    public void Print<T>(ParseResult parsed, T reply, JsonTypeInfo<T> type, Sheet sheet) =>
        Print(parsed, reply, type, () => sheet, printer => printer.Print(sheet));

    /// <summary>Prints a reply in the format asked for.</summary>
    public void Print<T>(ParseResult parsed, T reply, JsonTypeInfo<T> type, Func<Sheet> csv, Action<SheetPrinter> table)
    {
        switch (Format(parsed))
        {
            case OutputFormat.Json:
                Terminal.Out.WriteLine(ApiJson.Indented(reply, type));
                break;
            case OutputFormat.Csv:
                Csv.Write(Terminal.Out, csv());
                break;
            default:
                table(new SheetPrinter(Terminal));
                break;
        }
        Terminal.Out.Flush();
    }
}
