using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

/// <summary>What an operator inside a VM would do to its interface with <c>ip link set</c>.</summary>
internal static class GuestVerb
{
    public static Command Build(VerbContext context)
    {
        var vm = new Argument<string>("VM") { Description = "Name of a VM" };
        var mac = new Option<string?>("--mac") { Description = "The address its interface is to have", HelpName = "MAC" };
        var promiscuous = VerbArguments.Word("--promisc", "See frames of others (legacy eswitch)", "on", "off");
        var command = new Command("guest", "Have a VM ask its VF for another MAC or for promiscuous mode") { vm, mac, promiscuous };
        command.SetAction(async (parsed, cancel) =>
        {
            var word = parsed.GetValue(promiscuous);
            var change = new GuestChange(parsed.GetRequiredValue(vm), parsed.GetValue(mac), word is null ? null : word == "on");
            if (change is { Mac: null, Promiscuous: null })
                throw new CliException(ExitCode.WrongInput, "say what to ask for, such as --promisc on; see 'fabric guest --help'");
            var reply = await context.Fabric(parsed).ChangeGuestAsync(change, cancel);
            context.Print(parsed, reply, ApiJson.Default.GuestReply, () => GuestSheets.Of(reply), printer =>
            {
                foreach (var refusal in reply.Refusals) printer.Line($"{reply.Vm}: {refusal}");
                if (!context.Quiet(parsed)) printer.Line($"{reply.Vm} on {reply.Vf} has {reply.Mac}");
            });
            return reply.Refusals.Count == 0 ? ExitCode.Done : ExitCode.CheckFailed;
        });
        return command;
    }
}
