using System.Diagnostics;
using System.Globalization;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>A controller that knows nothing of Fabric, an application for os-ken, runs a server's bridge over TCP.</summary>
public sealed class LearningSwitchTests : IAsyncLifetime
{
    private const string Topology = """
        name: learning
        underlay: {mode: direct, subnet: 127.231.0.0/16}
        nics:
          agilio-cx: {vfs: 8, ports: [25G]}
        servers:
          - {name: server-1, nic: agilio-cx}
        overlays:
          - {name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}
        vms:
          - {name: "web-{1..4}", overlay: blue, server: server-1}
        """;

    private readonly int _port = RunningFabric.FreePorts(1);
    private RunningFabric? _fabric;

    public async Task InitializeAsync() => _fabric = await RunningFabric.StartAsync(Topology);

    public async Task DisposeAsync()
    {
        if (_fabric is not null) await _fabric.DisposeAsync();
    }

    [Fact]
    public async Task It_connects_every_pair_and_without_it_the_fail_mode_decides()
    {
        await using (var controller = StartController())
        {
            await ConfigureAsync("set-controller", "br-int", $"tcp:127.0.0.1:{_port}", "--", "set", "bridge", "br-int", "fail_mode=secure");
            await UntilAsync("is_connected", "true");
            await controller.UntilSaysAsync("vf3");
            await UntilReachedAsync("web-1", "web-2");
            (await _fabric!.RunAsync(["pingall", .. RunningFabric.Patiently])).Expect(0);
            await controller.StopAsync(Tool.Terminate);
        }

        await UntilAsync("is_connected", "false");
        // Not before: it may still have been at work on the last packets.
        await ForgetAsync("web-4");
        await _fabric.PingAsync("web-1", "web-2", 3);
        Assert.Equal(0, await ReceivedAsync("web-1", "web-4"));

        // Three probe intervals, of 5 s at least, after it was lost a standalone bridge forwards as an ordinary switch does.
        await ConfigureAsync("set", "bridge", "br-int", "fail_mode=standalone");
        await UntilReachedAsync("web-1", "web-4");
        await _fabric.PingAsync("web-1", "web-2", 3);

        await using var again = StartController();
        await UntilAsync("is_connected", "true");
        await UntilSaysAsync("CONTROLLER");
        await UntilReachedAsync("web-1", "web-4");
        (await _fabric.RunAsync(["pingall", .. RunningFabric.Patiently])).Expect(0);
    }

    private string RunDirectory => Path.Combine(_fabric!.Data, "run", "server-1");

    private Tool StartController() => Tool.Start("osken-manager", "--ofp-listen-host", "127.0.0.1", "--ofp-tcp-listen-port",
        _port.ToString(CultureInfo.InvariantCulture), Path.Combine(AppContext.BaseDirectory, "OpenFlow", "learning_switch.py"));

    /// <summary>Rules that lead to or from a VM go, so that the next packet of it is new.</summary>
    private async Task ForgetAsync(string vm)
    {
        var mac = "02:fa:b0:00:00:0" + vm[^1];
        foreach (var field in new[] { "dl_src", "dl_dst" }) (await ControlAsync("del-flows", $"{field}={mac}")).Expect(0);
    }

    private Task<ToolRun> ControlAsync(string command, string what) =>
        Tool.RunAsync("ovs-ofctl", "-O", "OpenFlow13", command, $"unix:{RunDirectory}/br-int.mgmt", what);

    private async Task<string> ConfigureAsync(params string[] words) =>
        (await Tool.RunAsync("ovs-vsctl", [$"--db=unix:{RunDirectory}/db.sock", "--timeout=20", .. words])).Expect(0).Out.Trim();

    private Task UntilAsync(string column, string value) =>
        UntilAsync(async () => await ConfigureAsync("--bare", $"--columns={column}", "list", "controller") == value, column);

    private Task UntilSaysAsync(string words) =>
        UntilAsync(async () => (await ControlAsync("dump-flows", "table=0")).Out.Contains(words, StringComparison.Ordinal), words);

    private Task UntilReachedAsync(string from, string to) =>
        UntilAsync(async () => await ReceivedAsync(from, to) > 0, $"{from} reaches {to}");

    private static async Task UntilAsync(Func<Task<bool>> isReached, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await isReached())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"not within a minute: {what}");
            await Task.Delay(100);
        }
    }

    private async Task<int> ReceivedAsync(string from, string to)
    {
        var run = await _fabric!.RunAsync("ping", from, to, "-c", "1", "--format", "json");
        using var reply = System.Text.Json.JsonDocument.Parse(run.Out);
        return reply.RootElement.GetProperty("received").GetInt32();
    }
}
