using System.Globalization;
using System.Text.RegularExpressions;

namespace Fabric.Interop.Tests.Translation;

/// <summary>
/// Where our megaflow has more than OVS's, because what is done depends on it. Each entry takes from both texts what it stands for; what is
/// left must be equal. In one case ours has less: type and code of ICMP have 8 bits in our key, and 16 in that of OVS, where the mask of a
/// rule for a code is that of a rule for a port, so that the two share a subtable and its tree of port prefixes.
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
        ("type and code of ICMP have 8 bits; OVS counts 16 behind some actions", t => IcmpBits().Replace(t, LowByte)),
        ("the type of an option of neighbour discovery has 8 bits; OVS has it in 16, of which actions write 8",
            t => OptionType().Replace(t, "nd_options_type=$1")),
        ("which of two tags are popped is read from both; OVS counts those popped", t => InnerTag().Replace(t, "")),
    ];

    /// <summary>Null when no entry explains the difference.</summary>
    public static string? Explain(string expected, string actual)
    {
        foreach (var (reason, without) in Entries)
            if (without(expected) == without(actual)) return reason;
        if (HasMorePorts(expected, actual))
            return "in OVS rules for ICMP share a subtable with those for ports, whose prefixes then tell more";
        return WithoutAll(expected) == WithoutAll(actual) ? "more than one of these" : null;
    }

    /// <summary>Whether nothing differs but ports, types and codes, and of those OVS's megaflow has all bits that ours has.</summary>
    private static bool HasMorePorts(string expected, string actual)
    {
        var (theirs, ours) = (expected.Split('\n'), actual.Split('\n'));
        return theirs.Length == ours.Length && !theirs.Where((line, i) => !HasMorePortsIn(line, ours[i])).Any();
    }

    private static bool HasMorePortsIn(string expected, string actual) =>
        Ports().Replace(expected, "") == Ports().Replace(actual, "")
        && ((string[])["tp_src", "tp_dst", "icmp_type", "icmp_code"]).All(name => IsWithin(Bits(actual, name), Bits(expected, name)));

    private static bool IsWithin((uint Value, uint Mask) few, (uint Value, uint Mask) many) =>
        (many.Mask & few.Mask) == few.Mask && (many.Value & few.Mask) == few.Value;

    private static (uint Value, uint Mask) Bits(string line, string name)
    {
        var field = Ports().Matches(line).FirstOrDefault(m => m.Groups[1].Value == name);
        if (field is null) return (0, 0);
        var (value, mask) = (field.Groups[2].Value, field.Groups[3]);
        var number = value.StartsWith("0x", StringComparison.Ordinal)
            ? Convert.ToUInt32(value, 16) : uint.Parse(value, CultureInfo.InvariantCulture);
        return (number, mask.Success ? Convert.ToUInt32(mask.Value, 16) : name[0] == 'i' ? 0xffu : 0xffff);
    }

    /// <summary>As text prints it when the mask has no more bits than the field.</summary>
    private static string LowByte(Match bits)
    {
        var (value, mask) = (Hex(bits.Groups[2]) & 0xff, Hex(bits.Groups[3]) & 0xff);
        return mask == 0xff ? $"{bits.Groups[1].Value}={value}" : $"{bits.Groups[1].Value}=0x{value:x}/0x{mask:x}";
    }

    private static uint Hex(Group digits) => Convert.ToUInt32(digits.Value, 16);

    /// <summary>
    /// The same for the words around equal actions and megaflows. What a tunnel refused, for it leads to where the packet comes from, OVS
    /// leaves in the outer header; ours takes it back, or what is done then would depend on fields that nobody matched.
    /// </summary>
    public static string? ExplainText(string expected, string actual)
    {
        const string Refused = ">> Not tunneling to our own address";
        if (!actual.Contains(Refused, StringComparison.Ordinal) || !Outer().IsMatch(actual)) return null;
        return Final().Replace(expected, "") == Final().Replace(actual, "") ? "the outer header of a tunnel that refused is left" : null;
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

    /// <summary>A packet that came through a tunnel.</summary>
    [GeneratedRegex(@"(?m)^Flow: .*\btun_dst=")]
    private static partial Regex Outer();

    [GeneratedRegex(@"(?m)^Final flow: .*$")]
    private static partial Regex Final();

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

    [GeneratedRegex(@"(icmp_type|icmp_code)=0x([0-9a-f]+)/0x([0-9a-f]+)")]
    private static partial Regex IcmpBits();

    [GeneratedRegex(@",(tp_src|tp_dst|icmp_type|icmp_code)=(\w+)(?:/(\w+))?")]
    private static partial Regex Ports();
}
