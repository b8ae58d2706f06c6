using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Fabric.Interop.Tests;

/// <summary>Datagrams that no tunnel sends, at the socket of server-1's VTEP.</summary>
[Collection(QuickstartCollection.Name)]
public class BadInputTests(QuickstartFabric quickstart)
{
    private const int Vxlan = 4789;
    private const int Geneve = 6081;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A whole frame for web-1 from web-2, which a rule would deliver if a tunnel let it in.</summary>
    private static readonly byte[] Inner =
    [
        0x02, 0xfa, 0xb0, 0, 0, 1, 0x02, 0xfa, 0xb0, 0, 0, 2, 8, 0, 0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 1, 0x26, 0xde, 10, 1, 0, 2, 10, 1, 0,
        1, 8, 0, 0xf7, 0xff, 0, 0, 0, 0,
    ];

    private static string Peer => QuickstartFabric.Vtep(2);

    private static string Stranger => QuickstartFabric.Vtep(99);

    [Fact]
    public async Task Each_bad_outer_packet_is_counted_by_its_reason_and_none_is_delivered()
    {
        var fabric = quickstart.Fabric;
        await fabric.PingAsync("web-1", "web-2", 3, "-i", "10ms");
        var before = await DropsAsync();
        var delivered = await DeliveredAsync();
        // Different counts, so that no reason can be taken for another.
        Send(1, Stranger, Vxlan, [8, 0, 0, 0, 0, 0x13, 0x88, 0, .. Inner]);
        Send(2, Stranger, Geneve, [0, 0, 0x65, 0x58, 0, 0x17, 0x70, 0, .. Inner]);
        Send(4, Peer, Vxlan, [8, 0, 0, 0, 0, 0x13, 0x89, 0, .. Inner]);
        Send(5, Peer, Geneve, [0, 0, 0x65, 0x58, 0, 0x13, 0x88, 0, .. Inner]);
        Send(11, Peer, Vxlan, [0, 0, 0, 0, 0, 0x13, 0x88, 0, .. Inner]);
        Send(6, Peer, Vxlan, [8, 0, 0, 0, 0]);
        Send(7, Peer, Geneve, [0x3f, 0, 0x65, 0x58, 0, 0x17, 0x70, 0, 1, 2]);
        Send(8, Peer, Geneve, [0x40, 0, 0x65, 0x58, 0, 0x17, 0x70, 0, .. Inner]);
        Send(13, Peer, Geneve, [1, 0x40, 0x65, 0x58, 0, 0x17, 0x70, 0, 0xff, 0xf0, 0x81, 0, .. Inner]);
        Send(17, Peer, Vxlan, [8, 0, 0, 0, 0, 0x13, 0x88, 0, 1, 2, 3]);

        var expected = new Dictionary<string, long>
        {
            ["UnknownPeer"] = 1 + 2, ["UnknownVni"] = 4 + 5, ["MalformedTunnel"] = 11 + 6 + 7 + 8, ["UnknownCriticalOption"] = 13,
            ["MalformedFrame"] = 17,
        };
        var after = await UntilCountedAsync(before, expected);
        Assert.Equal(expected, after);
        Assert.Equal(delivered, await DeliveredAsync());
        await fabric.PingAsync("web-1", "web-2", 20, "-i", "5ms");
        Assert.Equal(0, (await ServerAsync()).GetProperty("imbalance").GetInt64());
    }

    /// <summary>The very same datagrams with nothing wrong in them are delivered, so the test above sent what it meant to.</summary>
    [Fact]
    public async Task A_forged_packet_that_is_right_in_everything_is_delivered()
    {
        var before = await DeliveredAsync();
        Send(3, Peer, Vxlan, [8, 0, 0, 0, 0, 0x13, 0x88, 0, .. Inner]);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && await DeliveredAsync() < before + 3;) await Task.Delay(100);
        Assert.Equal(before + 3, await DeliveredAsync());
    }

    private static void Send(int count, string from, int port, byte[] payload)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        var vtep = new IPEndPoint(IPAddress.Parse(QuickstartFabric.Vtep(1)), port);
        for (var i = 0; i < count; i++) socket.SendTo(payload, vtep);
    }

    private async Task<Dictionary<string, long>> UntilCountedAsync(Dictionary<string, long> before, Dictionary<string, long> expected)
    {
        var more = new Dictionary<string, long>();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience && more.Values.Sum() < expected.Values.Sum();)
        {
            var now = await DropsAsync();
            more = expected.Keys.ToDictionary(reason => reason, reason => now.GetValueOrDefault(reason) - before.GetValueOrDefault(reason));
        }

        return more;
    }

    private async Task<Dictionary<string, long>> DropsAsync() =>
        (await ServerAsync()).GetProperty("drops").EnumerateObject().ToDictionary(d => d.Name, d => d.Value.GetInt64());

    private async Task<JsonElement> ServerAsync() => Named(await quickstart.Fabric.JsonAsync("inspect", "servers"), "server-1");

    private async Task<long> DeliveredAsync() =>
        Named(await quickstart.Fabric.JsonAsync("inspect", "vms"), "web-1").GetProperty("rxFrames").GetInt64();

    private static JsonElement Named(JsonElement list, string name) =>
        list.EnumerateArray().Single(part => part.GetProperty("name").GetString() == name);
}
