using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

internal static class InspectVerb
{
    private static readonly string[] Kinds = ["servers", "costs", "nics", "vms", "vfs", "bridges", "links", "nodes", "health", "all"];

    public static Command Build(VerbContext context)
    {
        var kind = new Argument<string>("WHAT")
        {
            Description = string.Join(", ", Kinds),
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "servers",
        };
        kind.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Kinds.Contains(result.Tokens[0].Value))
                result.AddError($"'{result.Tokens[0].Value}' cannot be inspected; one of {string.Join(", ", Kinds)}");
        });
        var command = new Command("inspect",
            "State of the servers, their modelled costs, NICs, VMs, VFs, bridges, tunnel links, nodes, the health of all, or all of it")
        {
            kind,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var what = parsed.GetRequiredValue(kind);
            if (what == "all" && context.Format(parsed) == OutputFormat.Csv)
                throw new CliException(ExitCode.WrongInput,
                    $"csv has one kind of row; inspect one of {string.Join(", ", Kinds[..^1])}");
            Print(context, parsed, what, await context.Fabric(parsed).InspectAsync(cancel));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(VerbContext context, ParseResult parsed, string what, InspectReply reply)
    {
        switch (what)
        {
            case "servers": context.Print(parsed, reply.Servers, ApiJson.Default.Servers, InspectSheets.Servers(reply.Servers)); break;
            case "costs": context.Print(parsed, reply.Servers, ApiJson.Default.Servers, InspectSheets.Costs(reply.Servers)); break;
            case "nics":
                context.Print(parsed, reply.Nics, ApiJson.Default.Nics, () => NicSheets.Whole(reply.Nics),
                    printer => NicSheets.Print(printer, reply.Nics));
                break;
            case "vms": context.Print(parsed, reply.Vms, ApiJson.Default.Vms, InspectSheets.Vms(reply.Vms)); break;
            case "vfs":
                context.Print(parsed, reply.Vfs, ApiJson.Default.Vfs, () => VfSheets.Whole(reply.Vfs),
                    printer => VfSheets.Print(printer, reply.Vfs));
                break;
            case "bridges": context.Print(parsed, reply.Bridges, ApiJson.Default.Bridges, InspectSheets.Bridges(reply.Bridges)); break;
            case "links": context.Print(parsed, reply.Links, ApiJson.Default.Links, InspectSheets.Links(reply.Links)); break;
            case "health": context.Print(parsed, reply.Health, ApiJson.Default.Health, InspectSheets.Health(reply.Health)); break;
            case "nodes": context.Print(parsed, reply.Nodes, ApiJson.Default.Nodes, InspectSheets.Nodes(reply.Nodes)); break;
            default: PrintAll(context, parsed, reply); break;
        }
    }

    private static void PrintAll(VerbContext context, ParseResult parsed, InspectReply reply)
    {
        Sheet[] sheets =
        [
            InspectSheets.Nodes(reply.Nodes), InspectSheets.Servers(reply.Servers), InspectSheets.Costs(reply.Servers),
            NicSheets.Tables(reply.Nics), NicSheets.Fallback(reply.Nics), InspectSheets.Vms(reply.Vms),
            VfSheets.Counters(reply.Vfs), VfSheets.Attributes(reply.Vfs), InspectSheets.Bridges(reply.Bridges),
            InspectSheets.Links(reply.Links), InspectSheets.Health(reply.Health),
        ];
        context.Print(parsed, reply, ApiJson.Default.InspectReply, () => sheets[0], printer =>
        {
            foreach (var sheet in sheets)
            {
                printer.Print(sheet);
                if (sheet != sheets[^1]) printer.Line();
            }
        });
    }
}
