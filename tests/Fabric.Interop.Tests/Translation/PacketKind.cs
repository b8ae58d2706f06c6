namespace Fabric.Interop.Tests.Translation;

/// <summary>A kind of packet: its word in matches, the fields it has, and what only it can suffer.</summary>
internal sealed record PacketKind(string Word, bool IsIp, string[] Fields, params string[] Actions)
{
    private static readonly string[] Ipv4 = ["nw_src", "nw_dst", "nw_ttl", "nw_tos"];
    private static readonly string[] Ipv6 = ["ipv6_src", "ipv6_dst", "nw_ttl", "nw_tos"];
    private static readonly string[] Ipv4Actions =
    [
        "dec_ttl", "set_field:10.9.9.9->ip_src", "set_field:10.8.8.8->ip_dst", "set_field:9->nw_ttl",
    ];
    private static readonly string[] Ipv6Actions =
        ["dec_ttl", "set_field:fe80::99->ipv6_src", "set_field:2001:db8::99->ipv6_dst", "set_field:9->nw_ttl"];

    public static PacketKind Any { get; } = new("", false, []);

    public static PacketKind[] All { get; } =
    [
        new("tcp", true, [.. Ipv4, "tcp_src", "tcp_dst"], [.. Ipv4Actions, "set_field:99->tcp_dst", "set_field:98->tcp_src"]),
        new("udp", true, [.. Ipv4, "udp_src", "udp_dst"], [.. Ipv4Actions, "set_field:99->udp_dst"]),
        new("icmp", true, [.. Ipv4, "icmp_type", "icmp_code"], Ipv4Actions),
        new("tcp6", true, [.. Ipv6, "tcp_src", "tcp_dst"], [.. Ipv6Actions, "set_field:99->tcp_dst"]),
        new("udp6", true, [.. Ipv6, "udp_src", "udp_dst"], Ipv6Actions),
        new("icmp6", true, [.. Ipv6, "icmpv6_type", "icmpv6_code"], Ipv6Actions),
        new("arp", false, ["arp_spa", "arp_tpa", "arp_op", "arp_sha"],
            "set_field:10.7.7.7->arp_spa", "set_field:2->arp_op", "move:NXM_NX_ARP_SHA[]->NXM_OF_ETH_DST[]"),
        new("mpls", false, ["mpls_label", "mpls_tc", "mpls_ttl", "mpls_bos"],
            "pop_mpls:0x0800", "pop_mpls:0x0800", "pop_mpls:0x0800", "set_field:77->mpls_label", "dec_mpls_ttl"),
        new("dl_type=0x1234", false, []),
    ];
}
