using System.CommandLine;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;
using Fabric.Cli.Up;

namespace Fabric.Cli.Verbs;

internal static class ValidateVerb
{
    public static Command Build(VerbContext context)
    {
        var file = new Option<string>("--topology", "-t") { Description = "Topology file", HelpName = "FILE", Required = true };
        var command = new Command("validate", "Check a topology file without running it") { file };
        command.SetAction(parsed =>
        {
            var source = TopologySource.Read(parsed.GetRequiredValue(file));
            var report = source.Report;
            foreach (var error in report.Errors) context.Terminal.Error.WriteLine(error);
            context.Print(parsed, report, ApiJson.Default.TopologyReport, () => ErrorSheet(report), printer =>
            {
                if (report.Valid) printer.Line($"{report.File}: valid: {report.Summary}", Tone.Good);
            });
            return report.Valid ? ExitCode.Done : ExitCode.WrongInput;
        });
        return command;
    }

    private static Sheet ErrorSheet(TopologyReport report)
    {
        var sheet = new Sheet(null, new("file", "file"), new("error", "error"));
        foreach (var error in report.Errors) sheet.Add(report.File, error);
        return sheet;
    }
}
