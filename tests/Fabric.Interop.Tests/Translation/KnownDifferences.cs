using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// Where our megaflow has more than OVS's, because what is done depends on it. Each entry takes from both texts what it stands for; what is
/// left must be equal.
/// </summary>
internal static partial class KnownDifferences
{
    private static readonly (string Reason, Func<string, string> Without)[] Entries =
    [
        ("writing an IP header reads whether it is whole, which shows in its protocol; OVS does not see that", WithoutProtocol),
        ("group policy and OAM bits are passed on from tunnel to tunnel; OVS does not see that", WithoutInherited),
        ("labels below the outermost are no part of our key, for no datapath of ours pops to them", t => InnerLabels().Replace(t, "")),
        ("a flow label has 20 bits in our key, and 32 in that of OVS, which prints them when a rule matched them",
            t => Label().Replace(t, "$1")),
        ("writing a part of an MPLS label writes all of it, so all of it counts; OVS counts the part", WithoutOuterLabel),
        ("a hash of layers 3 and 4 of what is not IP is one of its link header; OVS does not see that", WithoutLink),
        ("an id for what goes to a controller stands for all of the outer header; OVS does not see that", WithoutOuterHeader),
        ("type and code of ICMP have 8 bits; OVS counts 16 behind some actions", t => IcmpBits().Replace(t, "$1")),
        ("the type of an option of neighbour discovery has 8 bits; OVS has it in 16, of which actions write 8",
            t => OptionType().Replace(t, "nd_options_type=$1")),
        ("which of two tags are popped is read from both; OVS counts those popped", t => InnerTag().Replace(t, "")),
    ];

    /// <summary>Null when no entry explains the difference.</summary>
    public static string? Explain(string expected, string actual)
    {
        foreach (var (reason, without) in Entries)
            if (without(expected) == without(actual)) return reason;
        return WithoutAll(expected) == WithoutAll(actual) ? "more than one of these" : null;
    }

    private static string WithoutProtocol(string text) =>
        Protocol6().Replace(Protocol4().Replace(Number().Replace(text, ""), "ip,"), "ipv6,");

    private static string WithoutAll(string text) => Entries.Aggregate(text, (t, entry) => entry.Without(t));

    private static string WithoutOuterLabel(string text) => OuterLabel().Replace(text, "");

    private static string WithoutOuterHeader(string text) => OuterHeader().Replace(WithoutInherited(text), "");

    /// <summary>A megaflow for IP says at least which fragments it is for.</summary>
    private static string WithoutLink(string text) => string.Join('\n', text.Split('\n').Select(line =>
        line.Contains("nw_frag=", StringComparison.Ordinal) ? line : LinkHeader().Replace(line, "")));

    private static string WithoutInherited(string text) =>
        Inherited().Replace(AllFlags().Replace(text, SignFlags), "").Replace("-oam", "", StringComparison.Ordinal);

    /// <summary>All four are told by name, some with their signs.</summary>
    private static string SignFlags(Match all)
    {
        var set = all.Groups[1].Value.Split('|');
        return "tun_flags=" + string.Concat(((string[])["df", "csum", "key", "oam"]).Select(f => (set.Contains(f) ? "+" : "-") + f));
    }

    [GeneratedRegex(@"\b(tcp|udp|icmp|sctp),")]
    private static partial Regex Protocol4();

    [GeneratedRegex(@"\b(tcp6|udp6|icmp6|sctp6),")]
    private static partial Regex Protocol6();

    [GeneratedRegex(@",nw_proto=\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"tun_gbp_id=0,|tun_gbp_flags=0,|tun_flags=-oam,")]
    private static partial Regex Inherited();

    [GeneratedRegex("tun_flags=(0|[a-z]+(?:[|][a-z]+)*)(?=,)")]
    private static partial Regex AllFlags();

    [GeneratedRegex(@"(ipv6_label=0x[0-9a-f]+)/0xfffff")]
    private static partial Regex Label();

    [GeneratedRegex(@",mpls_lse\d=[^,]*")]
    private static partial Regex InnerLabels();

    [GeneratedRegex(@",mpls_(label|tc|ttl|bos)=[^,]*")]
    private static partial Regex OuterLabel();

    [GeneratedRegex(@",(dl_src|dl_dst|dl_vlan|vlan_tci1?)=[^,]*")]
    private static partial Regex LinkHeader();

    [GeneratedRegex(@"(tun_ipv6_src|tun_ipv6_dst|tun_ttl)=[^,]*,")]
    private static partial Regex OuterHeader();

    [GeneratedRegex(@",vlan_tci1=0x0000")]
    private static partial Regex InnerTag();

    [GeneratedRegex("nd_options_type=(?:0x)?([0-9a-f]+)(?:/0xff)?")]
    private static partial Regex OptionType();

    [GeneratedRegex(@"(icmp_type|icmp_code)=(0x[0-9a-f]+/0xff|\d+)")]
    private static partial Regex IcmpBits();
}
