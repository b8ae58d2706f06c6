using System.CommandLine;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Render;

namespace Fabric.Cli.Verbs;

/// <summary>The virtual functions of servers' NICs, in the words of <c>ip link set PF vf N</c>.</summary>
internal static class VfVerb
{
    public static Command Build(VerbContext context) => new("vf", "Virtual functions of a server's NIC: list, set, create, destroy, move")
    {
        List(context), Set(context), Create(context), Destroy(context), Move(context),
    };

    private static Argument<string> Server() => new("SERVER") { Description = "Name of a server" };

    private static Argument<string> Vf() => new("VF") { Description = "Such as vf3" };

    private static Command List(VerbContext context)
    {
        var server = new Argument<string?>("SERVER") { Description = "Name of a server; all by default", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "What is said of VFs, and what they dropped") { server };
        command.SetAction(async (parsed, cancel) =>
        {
            var reply = await context.Fabric(parsed).InspectAsync(cancel);
            var only = parsed.GetValue(server);
            if (only is not null && reply.Servers.All(s => s.Name != only))
                throw new CliException(ExitCode.WrongInput, $"there is no server '{only}'");
            var vfs = reply.Vfs.Where(vf => only is null || vf.Server == only).ToList();
            context.Print(parsed, vfs, ApiJson.Default.Vfs, () => VfSheets.Whole(vfs), printer => printer.Print(VfSheets.Attributes(vfs)));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Set(VerbContext context)
    {
        var (server, vf) = (Server(), Vf());
        var mac = new Option<string?>("--mac") { Description = "Its address, instead of its VM's", HelpName = "MAC" };
        var trust = VerbArguments.Word("--trust", "May the guest change its MAC and see frames of others", "on", "off");
        var spoof = VerbArguments.Word("--spoof-check", "Drop frames with another source MAC", "on", "off");
        var vlan = Number("--vlan", "VLAN of the guest, who sees no tags; 0 for none");
        var least = VerbArguments.Rate("--min-rate", "What it may send whatever the others want; 0 for nothing");
        var most = VerbArguments.Rate("--max-rate", "What it may send at most; 0 for no limit");
        var mtu = Number("--mtu", "Largest packet in bytes; 0 for no limit");
        var link = VerbArguments.Word("--link", "As the physical port's, up, or down", "auto", "enable", "disable");
        var command = new Command("set", "Say what a VF may do") { server, vf, mac, trust, spoof, vlan, least, most, mtu, link };
        command.SetAction((parsed, cancel) =>
        {
            var set = new VfSet(
                parsed.GetRequiredValue(vf), parsed.GetValue(mac), IsOn(parsed.GetValue(trust)), IsOn(parsed.GetValue(spoof)),
                parsed.GetValue(vlan), parsed.GetValue(least), parsed.GetValue(most), parsed.GetValue(mtu), parsed.GetValue(link));
            if (set == new VfSet(set.Vf))
                throw new CliException(ExitCode.WrongInput, "say what to set, such as --trust on; see 'fabric vf set --help'");
            return ChangeAsync(context, parsed, new VfChange(parsed.GetRequiredValue(server), Set: set), cancel);
        });
        return command;
    }

    private static Command Create(VerbContext context)
    {
        var server = Server();
        var vf = new Argument<string?>("VF") { Description = "Such as vf3", Arity = ArgumentArity.ZeroOrOne };
        var count = Number("--count", "Make all that are missing of the first N");
        var command = new Command("create", "Make a VF that was destroyed, or several") { server, vf, count };
        command.SetAction((parsed, cancel) => ChangeAsync(context, parsed, new VfChange(
            parsed.GetRequiredValue(server), Create: new VfCreate(parsed.GetValue(vf), parsed.GetValue(count))), cancel));
        return command;
    }

    private static Command Destroy(VerbContext context)
    {
        var server = Server();
        var vfs = new Argument<string[]>("VF") { Description = "One or several", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every VF of the server" };
        var command = new Command("destroy", "Destroy VFs; their VMs lose their links, and the switch the ports") { server, vfs, all };
        command.SetAction((parsed, cancel) => ChangeAsync(context, parsed, new VfChange(
            parsed.GetRequiredValue(server), Destroy: new VfDestroy(parsed.GetValue(vfs) ?? [], parsed.GetValue(all))), cancel));
        return command;
    }

    private static Command Move(VerbContext context)
    {
        var (server, vf) = (Server(), Vf());
        var vm = new Argument<string>("VM") { Description = "The VM that gets it, of the same server" };
        var command = new Command("move", "Give a VF to a VM, which keeps its MAC and addresses; whoever had it has none")
        {
            server, vf, vm,
        };
        command.SetAction((parsed, cancel) => ChangeAsync(context, parsed, new VfChange(
            parsed.GetRequiredValue(server), Move: new VfMove(parsed.GetRequiredValue(vf), parsed.GetRequiredValue(vm))), cancel));
        return command;
    }

    /// <summary>Makes a change and prints what has become of the server's VFs.</summary>
    public static async Task<int> ChangeAsync(VerbContext context, ParseResult parsed, VfChange change, CancellationToken cancel)
    {
        var reply = await context.Fabric(parsed).ChangeVfsAsync(change, cancel);
        context.Print(parsed, reply, ApiJson.Default.VfReply, () => VfSheets.Whole(reply.Vfs), printer =>
        {
            printer.Print(VfSheets.Attributes(reply.Vfs));
            if (!context.Quiet(parsed))
                printer.Line($"{reply.Server}: {reply.VfCount} of {reply.VfLimit} VFs exist, eswitch {reply.Eswitch}");
        });
        return ExitCode.Done;
    }

    private static bool? IsOn(string? word) => word is null ? null : word == "on";

    private static Option<int?> Number(string name, string description) => new(name) { Description = description, HelpName = "N" };
}
