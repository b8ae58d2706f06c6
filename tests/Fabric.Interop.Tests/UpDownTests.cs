using System.Net.Sockets;

namespace Fabric.Interop.Tests;

public class UpDownTests
{
    private const int Subnet = 210;

    /// <summary>A life of one fabric: up, checked, refused a second time, down, with nothing left behind.</summary>
    [Fact]
    public async Task Up_validates_pingall_keeps_tenants_apart_and_down_leaves_nothing()
    {
        await using var fabric = await RunningFabric.StartAsync(RunningFabric.Quickstart(Subnet));
        Assert.Contains("4 of 4 checks passed", fabric.Up!.Out + fabric.Up.Error, StringComparison.Ordinal);
        AssertMesh(await fabric.JsonAsync(["pingall", .. RunningFabric.Patiently]));
        Assert.NotEqual(0, UdpSockets());
        await AssertSecondUpIsRefusedAsync(fabric);

        var pid = Assert.Single(fabric.Pids);
        Assert.Contains($"pid {pid}", (await fabric.RunAsync("down")).Expect(0).Out, StringComparison.Ordinal);
        Assert.False(RunningFabric.IsRunning(pid));
        Assert.Equal(0, UdpSockets());
        using (var client = new TcpClient())
        {
            await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", fabric.ApiPort));
        }

        (await fabric.RunAsync("down")).ExpectOneLine(4, "nothing is running");
        (await fabric.RunAsync("pingall")).ExpectOneLine(4, fabric.Api);

        await AssertJournalKeepsItsTopologyAsync(fabric);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_exit_code_2()
    {
        await using var fabric = new RunningFabric(RunningFabric.Quickstart(Subnet));
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, fabric.ApiPort);
        taken.Start();
        await using var foreground = fabric.StartUp();
        (await foreground.EndAsync()).ExpectOneLine(2, $"127.0.0.1:{fabric.ApiPort}", "in use");
        await using var detached = fabric.StartUp("--detach");
        (await detached.EndAsync()).ExpectOneLine(2, $"127.0.0.1:{fabric.ApiPort}", "in use");
        Assert.Equal(0, fabric.Pid);
        Assert.Equal(0, UdpSockets());
    }

    [Fact]
    public async Task A_vtep_address_in_use_is_named_and_nothing_is_left_running()
    {
        await using var fabric = new RunningFabric(RunningFabric.Quickstart(Subnet));
        using var taken = new UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Parse($"127.{Subnet}.0.2"), 4789));
        await using var up = fabric.StartUp("--detach");
        (await up.EndAsync()).ExpectOneLine(2, $"127.{Subnet}.0.2", "4789", "another process");
        Assert.Equal(0, fabric.Pid);
        taken.Close();
        Assert.Equal(0, UdpSockets());
    }

    private static void AssertMesh(System.Text.Json.JsonElement mesh)
    {
        var within = mesh.GetProperty("within").EnumerateArray().ToList();
        var across = mesh.GetProperty("across").EnumerateArray().ToList();
        // 12 ordered pairs of blue, 12 of green in each of two families; across, 16 pairs each way in IPv4.
        Assert.Equal((36, 32), (within.Count, across.Count));
        Assert.All(within, pair => Assert.Equal((1, 1, 0), Figures(pair)));
        Assert.All(across, pair => Assert.Equal((1, 0, 0), Figures(pair)));
        Assert.Contains(within, pair => pair.GetProperty("family").GetInt32() == 6);
    }

    private static (int Sent, int Received, int Foreign) Figures(System.Text.Json.JsonElement pair) =>
        (pair.GetProperty("sent").GetInt32(), pair.GetProperty("received").GetInt32(), pair.GetProperty("foreign").GetInt32());

    private static async Task AssertSecondUpIsRefusedAsync(RunningFabric fabric)
    {
        await using var detached = fabric.StartUp("--detach");
        (await detached.EndAsync()).ExpectOneLine(2, "already running", fabric.Api, $"pid {fabric.Pid}");
        await using var foreground = fabric.StartUp();
        (await foreground.EndAsync()).ExpectOneLine(2, "already running", fabric.Api, $"pid {fabric.Pid}");
    }

    private static async Task AssertJournalKeepsItsTopologyAsync(RunningFabric fabric)
    {
        var text = File.ReadAllText(fabric.File);
        File.WriteAllText(fabric.File, text.Replace("name: quickstart", "name: another", StringComparison.Ordinal));
        await using var other = fabric.StartUp("--detach");
        (await other.EndAsync()).ExpectOneLine(2, "quickstart", "another", "--fresh");
        Assert.Equal((0, 0), (fabric.Pid, UdpSockets()));

        await fabric.UpAsync("--fresh", "--no-validate");
        (await fabric.RunAsync("down")).Expect(0);
    }

    /// <summary>UDP sockets bound in the test's own underlay.</summary>
    private static int UdpSockets() => Sockets.CountUdp($"127.{Subnet}.");
}
