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
    ];

    /// <summary>Null when no entry explains the difference.</summary>
    public static string? Explain(string expected, string actual)
    {
        foreach (var (reason, without) in Entries)
            if (without(expected) == without(actual)) return reason;
        return WithoutProtocol(WithoutInherited(expected)) == WithoutProtocol(WithoutInherited(actual)) ? Entries[0].Reason : null;
    }

    private static string WithoutProtocol(string text) =>
        Protocol6().Replace(Protocol4().Replace(Number().Replace(text, ""), "ip,"), "ipv6,");

    private static string WithoutInherited(string text) => Inherited().Replace(text, "").Replace("-oam", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(tcp|udp|icmp|sctp),")]
    private static partial Regex Protocol4();

    [GeneratedRegex(@"\b(tcp6|udp6|icmp6|sctp6),")]
    private static partial Regex Protocol6();

    [GeneratedRegex(@",nw_proto=\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"tun_gbp_id=0,|tun_gbp_flags=0,")]
    private static partial Regex Inherited();

    [GeneratedRegex(@"(ipv6_label=0x[0-9a-f]+)/0xfffff")]
    private static partial Regex Label();

    [GeneratedRegex(@",mpls_lse\d=[^,]*")]
    private static partial Regex InnerLabels();
}
