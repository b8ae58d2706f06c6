using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Verbs;

/// <summary>Who forwards between a server's VFs and the wire, as <c>devlink dev eswitch</c> shows and sets it.</summary>
internal static class EswitchVerb
{
    public static Command Build(VerbContext context)
    {
        var server = new Argument<string>("SERVER") { Description = "Name of a server" };
        var mode = new Argument<string?>("MODE")
        {
            Description = "switchdev (the host's flows forward) or legacy (the NIC does, by MAC and VLAN); shows it when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        mode.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value is not ("switchdev" or "legacy"))
                result.AddError($"'{result.Tokens[0].Value}' is not an eswitch mode; one of switchdev, legacy");
        });
        var command = new Command("eswitch", "Show or change who forwards between a server's VFs and the wire") { server, mode };
        command.SetAction(async (parsed, cancel) =>
        {
            var name = parsed.GetRequiredValue(server);
            if (parsed.GetValue(mode) is { } wanted)
                return await VfVerb.ChangeAsync(context, parsed, new VfChange(name, Eswitch: wanted), cancel);
            var reply = await context.Fabric(parsed).InspectAsync(cancel);
            var found = reply.Servers.FirstOrDefault(s => s.Name == name)
                ?? throw new CliException(ExitCode.WrongInput, $"there is no server '{name}'");
            if (context.Format(parsed) == OutputFormat.Json)
                await context.Terminal.Out.WriteLineAsync(ApiJson.Indented(
                    new VfReply(name, found.Eswitch, found.VfCount, found.VfLimit, [.. reply.Vfs.Where(vf => vf.Server == name)]),
                    ApiJson.Default.VfReply));
            else await context.Terminal.Out.WriteLineAsync(found.Eswitch);
            await context.Terminal.Out.FlushAsync(cancel);
            return ExitCode.Done;
        });
        return command;
    }
}
