using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

internal static class PingAllVerb
{
    public static Command Build(VerbContext context)
    {
        var count = VerbArguments.Number("--count", "-c", "Echo requests per pair", 1, 1_000, 1);
        var overlay = new Option<string?>("--overlay") { Description = "Only the pairs of this overlay", HelpName = "NAME" };
        var timeout = VerbArguments.Duration("--timeout", "-W", "Until an echo within an overlay counts as lost, e.g. 500ms or 10", 1_000);
        var command = new Command("pingall", "Ping every pair: within an overlay all must answer, across overlays none")
        {
            count, overlay, timeout,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new PingMeshRequest(parsed.GetValue(count), parsed.GetValue(overlay), parsed.GetValue(timeout));
            var mesh = await context.Fabric(parsed).PingAllAsync(request, cancel);
            context.Print(parsed, mesh, ApiJson.Default.PingMeshReply, () => MeshText.Sheet(mesh), printer =>
            {
                if (!context.Quiet(parsed)) MeshText.Print(printer, mesh);
                printer.Line(MeshText.Summary(mesh), mesh.Passed ? Tone.Good : Tone.Bad);
            });
            if (mesh.Within.Count + mesh.Across.Count == 0) return ExitCode.NothingToCheck;
            return mesh.Passed ? ExitCode.Done : ExitCode.CheckFailed;
        });
        return command;
    }
}
