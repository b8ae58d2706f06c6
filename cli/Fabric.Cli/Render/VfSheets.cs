using System.Globalization;
using Fabric.Actors.Protocol;

namespace Fabric.Cli.Render;

/// <summary>VFs: what is said of them, and what became of their frames. For people in several sheets, for programs in one.</summary>
internal static class VfSheets
{
    /// <summary>All sheets, one below the other.</summary>
    public static void Print(SheetPrinter printer, IReadOnlyList<VfState> vfs)
    {
        printer.Print(Counters(vfs));
        printer.Line();
        printer.Print(Attributes(vfs));
        var drops = Drops(vfs);
        if (drops.Rows.Count == 0) return;
        printer.Line();
        printer.Print(drops);
    }

    public static Sheet Counters(IEnumerable<VfState> vfs)
    {
        var sheet = new Sheet("VFs", new("server", "server"), new("vf", "name"), new("port", "port", true), new("vm", "vm"),
            new("mac", "mac"), new("link", "linkUp"), new("rx", "rxFrames", true), new("rx bytes", "rxBytes", true),
            new("tx", "txFrames", true), new("tx bytes", "txBytes", true), new("dropped", "dropped", true));
        foreach (var v in vfs)
            sheet.Add(v.Server, v.Name, $"{v.Port}", v.Vm, v.Mac, Link(v), v.RxFrames, v.RxBytes, v.TxFrames, v.TxBytes, Dropped(v));
        return sheet;
    }

    public static Sheet Attributes(IEnumerable<VfState> vfs)
    {
        var sheet = new Sheet("VF attributes", new("server", "server"), new("vf", "name"), new("vm", "vm"), new("mac", "mac"),
            new("link", "link"), new("trust", "trust"), new("spoof", "spoofCheck"), new("vlan", "vlan", true),
            new("min rate", "minRateBps", true), new("max rate", "maxRateBps", true), new("mtu", "mtu", true));
        foreach (var v in vfs)
        {
            var said = v.Attributes;
            var link = said.Exists ? $"{(v.LinkUp ? "up" : "down")} ({said.Link})" : "destroyed";
            sheet.Add(v.Server, v.Name, v.Vm, v.Mac, new Cell(link, said.Link, v.LinkUp ? Tone.Good : Tone.Bad), Switch(said.Trust),
                Switch(said.SpoofCheck), Dim(said.Vlan), Rate(said.MinRateBps), Rate(said.MaxRateBps), Dim(said.Mtu));
        }

        return sheet;
    }

    /// <summary>Every reason for which frames from or to a VF were dropped.</summary>
    public static Sheet Drops(IEnumerable<VfState> vfs)
    {
        var sheet = new Sheet("VF drops", new("server", "server"), new("vf", "name"), new("vm", "vm"), new("reason", "reason"),
            new("frames", "frames", true));
        foreach (var v in vfs)
            foreach (var (reason, frames) in v.Drops) sheet.Add(v.Server, v.Name, v.Vm, reason, frames);
        return sheet;
    }

    /// <summary>Everything of a VF in one row.</summary>
    public static Sheet Whole(IEnumerable<VfState> vfs)
    {
        var sheet = new Sheet(null,
        [
            .. Counters([]).Columns, new("exists", "exists"), .. Attributes([]).Columns.Skip(4), new("promiscuous", "promiscuous"),
            new("waiting", "waiting", true), new("drops", "drops"),
        ]);
        foreach (var v in vfs)
            sheet.Add(
            [
                .. Counters([v]).Rows[0], Switch(v.Attributes.Exists), .. Attributes([v]).Rows[0].Skip(4),
                Switch(v.Attributes.IsPromiscuous), v.Waiting, string.Join(' ', v.Drops.Select(drop => $"{drop.Key}={Text(drop.Value)}")),
            ]);
        return sheet;
    }

    private static Cell Link(VfState vf) => vf.LinkUp ? new Cell("up", "true", Tone.Good) : new Cell("down", "false", Tone.Bad);

    private static Cell Switch(bool isOn) => new(isOn ? "on" : "off", isOn ? "true" : "false", isOn ? Tone.Plain : Tone.Dim);

    private static Cell Dim(int number) => number == 0 ? new Cell("-", "0", Tone.Dim) : new Cell(Text(number), Text(number));

    private static Cell Rate(long bps) => bps == 0 ? new Cell("-", "0", Tone.Dim) : new Cell(Units.BitRate(bps), Text(bps));

    private static Cell Dropped(VfState vf) => ((Cell)vf.Dropped).In(vf.Dropped == 0 ? Tone.Dim : Tone.Warn);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
