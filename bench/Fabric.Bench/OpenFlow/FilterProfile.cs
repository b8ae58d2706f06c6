namespace Fabric.Bench.OpenFlow;

/// <summary>
/// What a filter set of a kind looks like: the shares of its prefix lengths, ports and protocols. The three kinds are those of ClassBench
/// (Taylor and Turner, INFOCOM 2005); the numbers are rounded from its published seeds, and ranges of ports stand as the prefixes that they
/// break into.
/// </summary>
internal sealed record FilterProfile(
    string Name, (int Length, int Share)[] Sources, (int Length, int Share)[] Destinations, (int Bits, int Share)[] SourcePorts,
    (int Bits, int Share)[] DestinationPorts, (int Protocol, int Share)[] Protocols)
{
    /// <summary>Access control: specific destinations and services.</summary>
    public static FilterProfile AccessControl { get; } = new("acl",
        [(0, 20), (16, 10), (24, 30), (27, 10), (30, 10), (32, 20)], [(16, 5), (22, 10), (24, 20), (27, 10), (30, 15), (32, 40)],
        [(0, 95), (16, 5)], [(0, 30), (16, 60), (10, 6), (6, 4)], [(6, 75), (17, 15), (1, 5), (0, 5)]);

    /// <summary>Firewalls: many wildcards on both sides.</summary>
    public static FilterProfile Firewall { get; } = new("fw",
        [(0, 50), (8, 10), (16, 15), (24, 15), (32, 10)], [(0, 20), (16, 20), (24, 30), (32, 30)],
        [(0, 70), (16, 20), (6, 10)], [(0, 40), (16, 50), (10, 5), (6, 5)], [(6, 60), (17, 25), (1, 5), (0, 10)]);

    /// <summary>Chains of a Linux packet filter: pairs of hosts and networks.</summary>
    public static FilterProfile PacketFilter { get; } = new("ipc",
        [(0, 10), (16, 10), (24, 25), (28, 15), (32, 40)], [(0, 10), (16, 10), (24, 25), (28, 15), (32, 40)],
        [(0, 80), (16, 15), (6, 5)], [(0, 45), (16, 45), (8, 10)], [(6, 65), (17, 20), (1, 5), (0, 10)]);
}
