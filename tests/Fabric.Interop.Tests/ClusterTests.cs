using System.Text.Json;

namespace Fabric.Interop.Tests;

public class ClusterTests
{
    private const int Subnet = 211;

    [Fact]
    public async Task Three_processes_carry_the_same_fabric_over_real_tunnels()
    {
        await using var fabric = await RunningFabric.StartAsync(RunningFabric.Quickstart(Subnet), nodes: 3);
        Assert.Contains("3 nodes; 4 of 4 checks passed", fabric.Up!.Out + fabric.Up.Error, StringComparison.Ordinal);
        Assert.Equal(3, fabric.Pids.Count);
        var nodes = await AssertSpreadAsync(fabric);
        await AssertTunnelsBetweenProcessesAsync(fabric);
        await AssertCaptureOfAnotherNodeAsync(fabric, nodes);
        var pids = fabric.Pids.ToList();
        (await fabric.RunAsync("down")).Expect(0);
        Assert.DoesNotContain(pids, RunningFabric.IsRunning);
        Assert.Equal(0, Sockets.CountUdp($"127.{Subnet}."));
    }

    private static async Task<List<JsonElement>> AssertSpreadAsync(RunningFabric fabric)
    {
        var nodes = (await fabric.JsonAsync("inspect", "nodes")).EnumerateArray().ToList();
        Assert.Equal(3, nodes.Count);
        Assert.All(nodes, node => Assert.Equal("Up", node.GetProperty("state").GetString()));
        Assert.Equal(Enumerable.Range(fabric.ApiPort, 3).Select(port => $"http://127.0.0.1:{port}"),
            nodes.Select(node => node.GetProperty("api").GetString()!.TrimEnd('/')).Order());
        Assert.All(nodes, node => Assert.NotEmpty(ServersOf(node)));
        Assert.Equal(["server-1", "server-2", "server-3", "server-4"], nodes.SelectMany(ServersOf).Order());
        return nodes;
    }

    private static IEnumerable<string> ServersOf(JsonElement node) =>
        node.GetProperty("servers").EnumerateArray().Select(server => server.GetString()!);

    private static async Task AssertTunnelsBetweenProcessesAsync(RunningFabric fabric)
    {
        var wire = Path.Combine(fabric.Folder, "wire.pcapng");
        await using var witness = await Recording.StartAsync(
            "lo", $"net 127.{Subnet}.0.0/16 and udp portrange 4789-6081", wire, "127.0.0.1");
        await fabric.JsonAsync(["pingall", .. RunningFabric.Patiently]);
        await witness.EndAsync();
        var pairs = new List<string>();
        foreach (var echo in new[] { "vxlan.vni == 5000 && icmp.type == 8", "geneve.vni == 6000 && icmp.type == 8",
            "geneve.vni == 6000 && icmpv6.type == 128" })
        {
            // The first address of a packet is the outer one.
            var seen = await Shark.ReadAsync(wire, echo, "ip.src", "ip.dst");
            var servers = seen.Select(line => string.Join('>', line.Split('|').Select(f => f.Split(',')[0]))).Distinct().ToList();
            Assert.True(servers.Count == 12, $"{echo}: {servers.Count} of 12 directions between servers\n{string.Join('\n', servers)}");
            pairs.AddRange(servers);
        }

        Assert.Equal(12, pairs.Distinct().Count());
    }

    /// <summary>One file with a server of each node, asked of the first node; each node's own API refuses another's servers.</summary>
    private static async Task AssertCaptureOfAnotherNodeAsync(RunningFabric fabric, List<JsonElement> nodes)
    {
        var file = Path.Combine(fabric.Folder, "nodes.pcapng");
        await using var capture = fabric.Start(
            "capture", "server-1:phy0", "server-2:phy0", "server-3:phy0", "server-4:phy0", "-w", file);
        await capture.UntilSaysAsync("capturing at");
        await fabric.PingAsync("web-1", "web-2", 5, "-i", "20ms");
        await fabric.PingAsync("db-3", "db-4", 5, "-i", "20ms");
        await Shark.UntilHoldsAsync(file, "icmp.type == 8", 20);
        (await capture.StopAsync()).Expect(0);
        await Shark.AssertSoundAsync(file);
        var echoes = await Shark.ReadAsync(file, "icmp.type == 8", "frame.interface_name", "vxlan.vni", "geneve.vni");
        Assert.Equal(
            [("server-1:phy0|5000|", 5), ("server-2:phy0|5000|", 5), ("server-3:phy0||0x001770", 5), ("server-4:phy0||0x001770", 5)],
            echoes.GroupBy(e => e).Select(e => (e.Key, e.Count())).Order());

        var elsewhere = nodes.First(node => !ServersOf(node).Contains("server-1"));
        using var http = new HttpClient();
        using var refused = await http.PostAsync(
            new Uri(new Uri(elsewhere.GetProperty("api").GetString()!), "/api/v1/capture"),
            new StringContent("""{"points":["server-1:phy0"]}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(System.Net.HttpStatusCode.Conflict, refused.StatusCode);
        var owner = nodes.Single(node => ServersOf(node).Contains("server-1")).GetProperty("api").GetString()!;
        Assert.Contains(owner.TrimEnd('/'), await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
