using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>
/// The columns in which two equally configured switches must differ, each with what is put in the place of the differing part and
/// with the reason. What surrounds that part is compared still: whether there is an address at all, which counters there are.
/// </summary>
internal static partial class Explained
{
    private static readonly Entry[] Entries =
    [
        new("Interface", "statistics", Everything(), "", "netdev-dummy counts packets under names that no other device has"),
        new("Open_vSwitch", "iface_types", Missing(), "", "kinds of devices that Fabric does not have: refused, by the stock wording"),
        new("Interface", "mac_in_use", Mac(), "MAC", "drawn at random, or in the order in which dummy devices were opened"),
        new("Interface", "ofport", Ofport(), "PORT", "two stock switches number ports that are added at once in the order of random ids"),
        new("Datapath", "capabilities", Undone(), "$1", "ours makes outer headers itself, balances no bonds, labels no frames"),
        new("Port", "bond_active_slave", Mac(), "MAC", "a member's address"),
        new("Controller", "status", Everything(), "", "how far attempts to reach a controller that is not there have come"),
        new("Bridge", "datapath_id", DatapathId(), "ID", "made of the bridge's random address"),
    ];

    /// <param name="text">A cell as OVSDB's JSON or as a client's text.</param>
    public static string Mask(string table, string column, string text)
    {
        var entry = Array.Find(Entries, e => e.Table == table && e.Column == column);
        return entry is null ? text : entry.Part.Replace(text, entry.Instead);
    }

    /// <summary>Masks a line <c>column : cell</c> of a list, whose table it does not name.</summary>
    public static string MaskLine(string line)
    {
        var colon = line.IndexOf(" : ", StringComparison.Ordinal);
        if (colon < 0) return line;
        var column = line[..colon].TrimEnd();
        var entry = Array.Find(Entries, e => e.Column == column);
        return entry is null ? line : line[..colon] + " : " + entry.Part.Replace(line[(colon + 3)..], entry.Instead);
    }

    [GeneratedRegex(".+")]
    private static partial Regex Everything();

    [GeneratedRegex("\"?\\b(afxdp-nonpmd|afxdp|bareudp|dummy-pmd|erspan|gtpu|ip6erspan|ip6gre|lisp|stt)\\b\"?, ")]
    private static partial Regex Missing();

    /// <summary>In OVSDB's JSON or in a client's text.</summary>
    [GeneratedRegex("(tnl_push_pop|lb_output_action|add_mpls)\"?(,|=)\"?(true|false)\"?")]
    private static partial Regex Undone();

    [GeneratedRegex("[0-9a-f]{2}(:[0-9a-f]{2}){5}")]
    private static partial Regex Mac();

    [GeneratedRegex("0000[0-9a-f]{12}")]
    private static partial Regex DatapathId();

    /// <summary>A number that the switch chose: neither the local port nor "none".</summary>
    [GeneratedRegex(@"^(?!65534)[1-9]\d*$")]
    private static partial Regex Ofport();

    private sealed record Entry(string Table, string Column, Regex Part, string Instead, string Reason);
}
