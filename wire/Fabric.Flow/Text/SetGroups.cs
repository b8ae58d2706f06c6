namespace Fabric.Flow.Text;

/// <summary>The groups of <c>set(…)</c> by name.</summary>
internal static class SetGroups
{
    /// <summary>In the order of <see cref="SetGroup"/>.</summary>
    private static readonly string[] Names =
    [
        "skb_priority", "skb_mark", "eth", "ipv4", "ipv6", "tcp", "udp", "sctp", "icmp", "icmpv6", "arp", "nd", "nd_ext", "mpls",
        "vlan",
    ];

    public static string NameOf(SetGroup group) => Names[(int)group];

    public static bool TryFind(ReadOnlySpan<char> name, out SetGroup group)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            group = (SetGroup)i;
            if (name.SequenceEqual(Names[i])) return true;
        }

        group = default;
        return false;
    }

    /// <summary>The fields of a plain group; null for the numbers, MPLS and VLAN, which have forms of their own.</summary>
    public static TextGroup? FieldsOf(SetGroup group) => group switch
    {
        SetGroup.Ethernet => TextGroup.Ethernet,
        SetGroup.Ipv4 => TextGroup.Ipv4,
        SetGroup.Ipv6 => TextGroup.Ipv6,
        SetGroup.Tcp => TextGroup.Tcp,
        SetGroup.Udp => TextGroup.Udp,
        SetGroup.Sctp => TextGroup.Sctp,
        SetGroup.Icmp => TextGroup.Icmp,
        SetGroup.Icmpv6 => TextGroup.Icmpv6,
        SetGroup.Arp => TextGroup.Arp,
        SetGroup.NeighbourDiscovery => TextGroup.Neighbour,
        SetGroup.NeighbourExtensions => TextGroup.NeighbourExtensions,
        _ => null,
    };
}
