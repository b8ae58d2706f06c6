using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

internal static class GuestSheets
{
    public static Sheet Of(GuestReply reply)
    {
        var sheet = new Sheet("Guest", new("vm", "vm"), new("vf", "vf"), new("mac", "mac"), new("refusals", "refusals"));
        sheet.Add(reply.Vm, reply.Vf, reply.Mac, string.Join("; ", reply.Refusals));
        return sheet;
    }
}
