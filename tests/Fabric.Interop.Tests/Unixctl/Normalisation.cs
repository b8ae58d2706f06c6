using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests;

/// <summary>Something in which two daemons must or may differ, and what is put in its place before they are compared.</summary>
/// <param name="Commands">Only for commands that begin so; empty is all.</param>
internal sealed record Normalisation(string Reason, string Pattern, string Replacement, string Commands = "")
{
    private const string Flows = "dp";

    /// <summary>All there are. Whatever is not named here has to be equal.</summary>
    public static IReadOnlyList<Normalisation> All { get; } =
    [
        new("time passes between two daemons' answers", @"(next rebalance: )\d+( ms)", "$1N$2", "bond/"),
        new("time passes", @"duration=\d+s", "duration=Ns", "bridge/"),
        new("time passes", @"used:[\d.]+s", "used:Ns", Flows),
        new("how long a sweep takes", @"dump duration : \d+ms", "dump duration : Nms", "upcall/"),
        new("flow counts are averaged over sweeps, of which each has its own", @"\(avg \d+\) \(max \d+\)", "(avg N) (max N)", "upcall/"),
        new("the limit grows with each sweep", @"\(limit \d+\)", "(limit N)", "upcall/"),
        new("revalidator threads are numbered by the process", @"(?m)^  \d+: \(keys", "  N: (keys", "upcall/"),
        new("UFIDs are hashes of the one's own", "ufid:[0-9a-f-]{36}", "ufid:U", Flows),
        new("extra information is the datapath's own", @", dp-extra-info:\S*", "", Flows),
        new("wildcarded transport headers show what the first packet had; in ours, nothing",
            @",(icmp|tcp|udp)\([^)]*/0\)|,tcp_flags\(0/0\)", "", Flows),
        new("likewise wildcarded fields; in ours, 0",
            @"(\(|,)(src|dst|proto|tos|ttl|tclass|hlimit|label)=[0-9a-f.:]+/(0\.0\.0\.0|0)(?=[,)])", "$1$2=*", Flows),
        new("addresses of devices depend on the order they were made in", "aa:55:aa:55:00:[0-9a-f]{2}", "aa:55:aa:55:00:NN", "bond/"),
        new("members come in the order of a hash table", "q22, q21", "q21, q22", "bond/list"),
        new("events that only one of them counts", @"(?m)^[a-z_]+ +[\d.]+/sec.*total: \d+\n|^\d+ events never hit\n", "", "coverage/show"),
        new("the hash names the events", "hash=[0-9a-f]{8}", "hash=H", "coverage/show"),
        new("OVS tells the bytes of a TPID in the order of the machine", "tpid=0xa888", "tpid=0x88a8", "dpctl/normalize-actions"),
        new("cells of a copy of the database", @"idl-cells-Open_vSwitch:\d+ ", "", "memory/"),
        new("ours makes outer headers itself, balances no bonds, and puts no labels in front of Ethernet headers",
            @"(?m)^(Tunnel push pop|Optimized Balance TCP mode|MPLS Label add): (Yes|No)$", "$1: V", "dpif/show-dp-features"),
    ];

    /// <summary>Commands whose lines come in the order of a hash table.</summary>
    private static readonly string[] Unordered = ["dpctl/dump-flows", "dpif/dump-flows", "ofproto/list", "tnl/ports/show"];

    public static string Apply(string command, string text)
    {
        foreach (var one in All)
            if (command.StartsWith(one.Commands, StringComparison.Ordinal)) text = Regex.Replace(text, one.Pattern, one.Replacement);
        return Unordered.Any(u => command.StartsWith(u, StringComparison.Ordinal))
            ? string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal)) : text;
    }
}
