namespace Fabric.Interop.Tests;

[Collection(QuickstartCollection.Name)]
public class CaptureTests(QuickstartFabric quickstart)
{
    private const string Echo = "(icmp.type == 8 || icmp.type == 0 || icmpv6.type == 128 || icmpv6.type == 129)";

    /// <summary>What the outer headers say, then the same fields of the frame inside: every address, type and sequence number.</summary>
    private static readonly string[] Fields =
    [
        "ip.src", "ip.dst", "ip.version", "ip.hdr_len", "ip.len", "ip.ttl", "ip.dsfield", "ip.flags.df", "ip.flags.mf", "ip.frag_offset",
        "ip.proto", "udp.srcport", "udp.dstport", "udp.length", "udp.checksum", "vxlan.flags", "vxlan.vni", "geneve.version",
        "geneve.flags", "geneve.proto_type", "geneve.vni", "geneve.options", "eth.type", "ipv6.src", "ipv6.dst", "ipv6.hlim", "icmp.type",
        "icmp.ident", "icmp.seq", "icmp.checksum", "icmpv6.type", "icmpv6.echo.sequence_number", "icmpv6.checksum", "udp.payload",
    ];

    [Fact]
    public async Task Captured_outer_packets_are_sound_and_are_those_that_another_witness_sees_on_the_wire()
    {
        var fabric = quickstart.Fabric;
        var ours = Path.Combine(fabric.Folder, "ours.pcapng");
        var theirs = Path.Combine(fabric.Folder, "theirs.pcapng");
        await using var witness = await Recording.StartAsync(
            "lo", $"host {QuickstartFabric.Vtep(1)} and udp portrange 4789-6081", theirs, "127.0.0.1");
        await using var capture = fabric.Start("capture", "server-1:phy0", "node:underlay", "server-1:vf0", "-w", ours);
        await capture.UntilSaysAsync("capturing at");
        await fabric.PingAsync("web-1", "web-2", 5, "-i", "20ms");
        await fabric.PingAsync("db-1", "db-2", 5, "-i", "20ms", "--family", "4");
        await fabric.PingAsync("db-1", "db-2", 5, "-i", "20ms", "--family", "6");
        await witness.EndAsync();
        // 30 at the port, each of them twice at the node's sockets; at web-1's VF its own 10.
        await Shark.UntilHoldsAsync(ours, Echo, 100);
        (await capture.StopAsync()).Expect(0);

        await Shark.AssertSoundAsync(ours);
        await AssertSameAsWireAsync(ours, theirs);
        await AssertDecodedAsync(ours);
        await AssertCommentsAsync(ours);
    }

    /// <summary>Packet by packet, at the NIC's port and at the node's sockets.</summary>
    private static async Task AssertSameAsWireAsync(string ours, string theirs)
    {
        var wire = await Shark.ReadAsync(theirs, Echo, [.. Fields]);
        Assert.Equal(30, wire.Count);
        var sent = wire.Where(packet => packet.StartsWith(QuickstartFabric.Vtep(1), StringComparison.Ordinal)).ToList();
        var received = wire.Except(sent).ToList();
        Assert.Equal((15, 15), (sent.Count, received.Count));
        AssertSame(sent, await AtAsync(ours, "server-1:phy0", "out"), areReceived: false);
        AssertSame(received, await AtAsync(ours, "server-1:phy0", "in"), areReceived: true);

        // Both VTEPs live in this node, so each packet passes its sockets twice.
        AssertSame(wire, await AtAsync(ours, "node:underlay", "out"), areReceived: false);
        AssertSame(wire, await AtAsync(ours, "node:underlay", "in"), areReceived: true);
    }

    private static Task<IReadOnlyList<string>> AtAsync(string file, string point, string way) => Shark.ReadAsync(
        file, $"frame.interface_name == \"{point}\" && frame.comment matches \"^{way}\" && {Echo}", [.. Fields]);

    private static void AssertSame(IReadOnlyList<string> wire, IReadOnlyList<string> ours, bool areReceived)
    {
        var expected = wire.Select(packet => Comparable(packet, areReceived)).Order().ToList();
        var seen = ours.Select(packet => Comparable(packet, areReceived)).Order().ToList();
        Assert.True(expected.SequenceEqual(seen), $"only on the wire:\n{string.Join('\n', expected.Except(seen))}\n"
            + $"only in the capture:\n{string.Join('\n', seen.Except(expected))}");
    }

    /// <summary>A packet at the sockets has no outer Ethernet header, and no socket tells of a datagram whether it came with DF
    /// (property U2 of DirectUnderlay).</summary>
    private static string Comparable(string packet, bool isReceived)
    {
        var fields = packet.Split('|');
        var (types, df) = (Array.IndexOf(Fields, "eth.type"), Array.IndexOf(Fields, "ip.flags.df"));
        fields[types] = fields[types].Split(',')[^1];
        if (isReceived) fields[df] = string.Join(',', fields[df].Split(',').Skip(1));
        return string.Join('|', fields);
    }

    private static async Task AssertDecodedAsync(string ours)
    {
        const string Port = "frame.interface_name == \"server-1:phy0\"";
        string[] good = ["ip.checksum.status", "udp.checksum.status", "icmp.checksum.status", "icmpv6.checksum.status"];
        // 1 is good, 3 is absent: VXLAN and GENEVE over IPv4 send a UDP checksum of zero.
        var vxlan = await Shark.ReadAsync(ours, $"{Port} && vxlan.vni == 5000 && icmp", good);
        Assert.Equal(Enumerable.Repeat("1,1|3|1|", 10), vxlan);
        var geneve = await Shark.ReadAsync(ours, $"{Port} && geneve.vni == 6000 && icmp", good);
        Assert.Equal(Enumerable.Repeat("1,1|3|1|", 10), geneve);
        var overIpv6 = await Shark.ReadAsync(ours, $"{Port} && geneve.vni == 6000 && icmpv6.type in {{128, 129}}", good);
        Assert.Equal(Enumerable.Repeat("1|3||1", 10), overIpv6);
    }

    private static async Task AssertCommentsAsync(string ours)
    {
        var comments = await Shark.ReadAsync(
            ours, $"frame.interface_name contains \"server-1\" && {Echo}", "frame.interface_name", "frame.comment");
        // 30 at the port; at web-1's VF its own 10.
        Assert.Equal(40, comments.Count);
        Assert.All(comments, line => Assert.Matches(
            @"^server-1:(phy0|vf0)\|(in|out), (tier (L1|L2|L3|agent)|not answered on the NIC: to the host)$", line));
        Assert.Contains("server-1:vf0|in, tier L1", comments);
        Assert.Contains("server-1:phy0|out, tier L1", comments);
        Assert.Contains("server-1:phy0|in, tier L1", comments);
    }

    [Theory]
    [InlineData("server-9:phy0", "server-9")]
    [InlineData("server-1:vf99", "vf99")]
    [InlineData("server-1", "server-1")]
    public async Task A_point_that_does_not_exist_is_refused_by_name(string point, string word)
    {
        var file = Path.Combine(quickstart.Fabric.Folder, "none.pcapng");
        (await quickstart.Fabric.RunAsync("capture", point, "-w", file, "-c", "1")).ExpectOneLine(2, word);
    }
}
