using Fabric.Interop.Tests.Ovsdb;

namespace Fabric.Interop.Tests.OpenFlow;

/// <summary>The sockets of bridges and the connections with controllers, with Debian's programs at the other end.</summary>
public sealed class BridgeSocketTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_bridge_has_its_sockets_as_long_as_it_lives()
    {
        await using var peer = await SwitchPeer.StartFabricAsync();
        await AddBridgeAsync(peer);
        var shown = (await peer.RunAsync("ovs-ofctl", "show", "br0")).Expect(0);
        Assert.Contains(" 1(p1): addr:", shown.Out, StringComparison.Ordinal);
        (await peer.RunAsync("ovs-ofctl", "add-flow", "br0", "priority=10,ip,nw_src=10.0.0.0/8,actions=output:1")).Expect(0);
        var rules = (await peer.RunAsync("ovs-ofctl", "--no-stats", "dump-flows", "br0")).Expect(0);
        Assert.Contains("priority=10,ip,nw_src=10.0.0.0/8 actions=output:1", rules.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(peer.RunDirectory, "br0.snoop")));

        (await peer.RunAsync("ovs-vsctl", "del-br", "br0")).Expect(0);
        Assert.False(File.Exists(Path.Combine(peer.RunDirectory, "br0.mgmt")));
        Assert.False(File.Exists(Path.Combine(peer.RunDirectory, "br0.snoop")));
        Assert.NotEqual(0, (await peer.RunAsync("ovs-ofctl", "show", "br0")).ExitCode);
    }

    [Fact]
    public async Task Controllers_may_call_by_TCP_TLS_and_unix_sockets()
    {
        using var pki = new Pki();
        await using var peer = await SwitchPeer.StartFabricAsync();
        await AddBridgeAsync(peer);
        (await peer.RunAsync("ovs-vsctl", ["--", "set-ssl", .. pki.Files("server")])).Expect(0);
        var (tcp, tls) = (RunningFabric.FreePorts(1), RunningFabric.FreePorts(1));
        (await peer.RunAsync(
            "ovs-vsctl", "set-controller", "br0", $"ptcp:{tcp}:127.0.0.1", $"pssl:{tls}:127.0.0.1", "punix:way.in")).Expect(0);
        foreach (var remote in new[] { $"tcp:127.0.0.1:{tcp}", $"unix:{peer.RunDirectory}/way.in" })
            Assert.Contains(" 1(p1): ", (await peer.RunAsync("ovs-ofctl", "show", remote)).Expect(0).Out, StringComparison.Ordinal);
        var secure = (await peer.RunAsync("ovs-ofctl", [.. pki.Options("client"), "show", $"ssl:127.0.0.1:{tls}"])).Expect(0);
        Assert.Contains(" 1(p1): ", secure.Out, StringComparison.Ordinal);
        var stranger = await peer.RunAsync("ovs-ofctl", [.. pki.Options("stranger"), "--timeout=10", "show", $"ssl:127.0.0.1:{tls}"]);
        Assert.NotEqual(0, stranger.ExitCode);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ssl")]
    [InlineData("unix")]
    public async Task A_controller_that_is_called_takes_a_bridge_over_and_its_row_says_so(string method)
    {
        using var pki = new Pki();
        await using var peer = await SwitchPeer.StartFabricAsync();
        await AddBridgeAsync(peer);
        (await peer.RunAsync("ovs-vsctl", ["--", "set-ssl", .. pki.Files("server")])).Expect(0);
        var port = RunningFabric.FreePorts(1);
        var (listens, calls) = method switch
        {
            "tcp" => ($"ptcp:{port}:127.0.0.1", $"tcp:127.0.0.1:{port}"),
            "ssl" => ($"pssl:{port}:127.0.0.1", $"ssl:127.0.0.1:{port}"),
            _ => ($"punix:{peer.RunDirectory}/controller", $"unix:{peer.RunDirectory}/controller"),
        };
        (await peer.RunAsync("ovs-vsctl", "set-controller", "br0", calls)).Expect(0);
        await UntilAsync(peer, "false");
        await using (var controller = peer.Start("ovs-testcontroller", [.. pki.Options("client"), listens]))
        {
            await UntilAsync(peer, "true");
            // Its first act on a switch is to flush it and to ask for packets that no rule knows.
            await UntilAsync(peer, async () => (await peer.RunAsync("ovs-ofctl", "dump-flows", "br0")).Out.Contains("CONTROLLER:128"));
            await controller.StopAsync(Tool.Terminate);
        }

        await UntilAsync(peer, "false");
        await using var again = peer.Start("ovs-testcontroller", [.. pki.Options("client"), listens]);
        await UntilAsync(peer, "true");
        await again.StopAsync(Tool.Terminate);
    }

    [Fact]
    public async Task A_bridge_speaks_the_versions_that_its_row_allows()
    {
        await using var peer = await SwitchPeer.StartFabricAsync();
        await AddBridgeAsync(peer);
        (await peer.RunAsync("ovs-vsctl", "set", "bridge", "br0", "protocols=OpenFlow13,OpenFlow15")).Expect(0);
        var refused = await peer.RunAsync("ovs-ofctl", "-O", "OpenFlow10", "show", "br0");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("version negotiation failed", refused.Error, StringComparison.Ordinal);
        foreach (var version in new[] { "OpenFlow13", "OpenFlow15" })
            (await peer.RunAsync("ovs-ofctl", "-O", version, "dump-flows", "br0")).Expect(0);
    }

    [Fact]
    public async Task Snoop_hears_what_a_controller_and_the_bridge_say()
    {
        await using var peer = await SwitchPeer.StartFabricAsync();
        await AddBridgeAsync(peer);
        var port = RunningFabric.FreePorts(1);
        (await peer.RunAsync("ovs-vsctl", "set-controller", "br0", $"ptcp:{port}:127.0.0.1")).Expect(0);
        await using var monitor = peer.Start("ovs-ofctl", "monitor", $"tcp:127.0.0.1:{port}", "65534");
        await UntilAsync(peer, "true");
        await using var snoop = peer.Start("ovs-ofctl", "snoop", "br0");
        await UntilAsync(peer, async () =>
        {
            (await peer.RunAsync(
                "ovs-vsctl", "--may-exist", "add-port", "br0", "p2", "--", "set", "interface", "p2", "type=dummy")).Expect(0);
            (await peer.RunAsync("ovs-vsctl", "del-port", "br0", "p2")).Expect(0);
            return snoop.Said.Contains("OFPT_PORT_STATUS");
        });
        await snoop.StopAsync(Tool.Terminate);
        await monitor.StopAsync(Tool.Terminate);
    }

    private static async Task AddBridgeAsync(SwitchPeer peer) => (await peer.RunAsync(
        "ovs-vsctl", "add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=dummy", "--", "add-port", "br0", "p1", "--", "set",
        "interface", "p1", "type=dummy", "ofport_request=1")).Expect(0);

    private static Task UntilAsync(SwitchPeer peer, string isConnected) => UntilAsync(peer, async () =>
        (await peer.RunAsync("ovs-vsctl", "--columns=is_connected", "--bare", "list", "controller")).Out.Trim() == isConnected);

    private static async Task UntilAsync(SwitchPeer peer, Func<Task<bool>> isSo)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await isSo())
        {
            if (clock.Elapsed > Patience)
                Assert.Fail(
                    (await peer.RunAsync("ovs-vsctl", "list", "controller")).Out
                    + (await peer.RunAsync("ovs-ofctl", "dump-flows", "br0")).Out);
            await Task.Delay(50);
        }
    }
}
