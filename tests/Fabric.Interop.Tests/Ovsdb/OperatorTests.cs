namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>Stock clients against a server of the quickstart: what the operator writes into its database is what the server does.</summary>
public sealed class OperatorTests(OperatorTests.Own own) : IClassFixture<OperatorTests.Own>
{
    private static readonly string[] AllSections =
        ["Bridge br-int", "Port vf0", "Port vxlan0", "Port geneve0", "type: vxlan", "type: geneve"];

    [Fact]
    public async Task Show_lists_what_the_plan_put_there()
    {
        var show = await VsctlAsync("show");
        foreach (var part in AllSections) Assert.Contains(part, show, StringComparison.Ordinal);
        Assert.Equal("br-int", await VsctlAsync("list-br"));
        Assert.Contains("vf1", await VsctlAsync("list-ports", "br-int"), StringComparison.Ordinal);
        Assert.Equal("up", await VsctlAsync("get", "Interface", "vf0", "link_state"));
    }

    [Fact]
    public async Task Bridges_and_tunnel_ports_are_made_and_waited_for()
    {
        await VsctlAsync("add-br", "br-op", "--", "add-port", "br-op", "tun1", "--", "set", "Interface", "tun1", "type=vxlan",
            "options:remote_ip=192.0.2.1", "options:key=77");
        Assert.Equal("1", await VsctlAsync("get", "Interface", "tun1", "ofport"));
        Assert.Equal("[]", await VsctlAsync("get", "Interface", "tun1", "error"));
        Assert.Contains("name                : tun1", await VsctlAsync("list", "Interface", "tun1"), StringComparison.Ordinal);
        Assert.Equal(await VsctlAsync("get", "Open_vSwitch", ".", "next_cfg"), await VsctlAsync("get", "Open_vSwitch", ".", "cur_cfg"));
        await VsctlAsync("del-br", "br-op");
        Assert.Equal("br-int", await VsctlAsync("list-br"));
    }

    [Fact]
    public async Task A_port_that_is_deleted_stops_its_vm_and_one_that_is_added_again_serves_it()
    {
        var ofport = await VsctlAsync("get", "Interface", "vf0", "ofport");
        await own.Fabric.PingAsync("web-1", "web-2", 3, "-i", "10ms");
        await VsctlAsync("del-port", "br-int", "vf0");
        await NothingArrivesAsync();
        await VsctlAsync("add-port", "br-int", "vf0", "--", "set", "Interface", "vf0", $"ofport_request={ofport}");
        Assert.Equal(ofport, await VsctlAsync("get", "Interface", "vf0", "ofport"));
        await own.Fabric.PingAsync("web-1", "web-2", 3, "-i", "10ms");
    }

    [Fact]
    public async Task A_tunnel_port_that_is_deleted_stops_its_overlay_only()
    {
        var ofport = await VsctlAsync("get", "Interface", "vxlan0", "ofport");
        var settings = await VsctlAsync("get", "Interface", "vxlan0", "options");
        await VsctlAsync("del-port", "vxlan0");
        await NothingArrivesAsync();
        await own.Fabric.PingAsync("db-1", "db-2", 3, "-i", "10ms");
        await VsctlAsync("add-port", "br-int", "vxlan0", "--", "set", "Interface", "vxlan0", "type=vxlan", $"options={settings}",
            $"ofport_request={ofport}");
        await own.Fabric.PingAsync("web-1", "web-2", 3, "-i", "10ms");
    }

    [Fact]
    public async Task A_port_that_cannot_be_is_told_as_the_stock_client_tells_it()
    {
        var run = (await own.RunAsync("ovs-vsctl", "add-port", "br-int", "nosuch0")).Expect(0);
        Assert.Contains("Error detected while setting up 'nosuch0'", run.Error, StringComparison.Ordinal);
        Assert.Equal("-1", await VsctlAsync("get", "Interface", "nosuch0", "ofport"));
        await VsctlAsync("del-port", "nosuch0");
    }

    /// <summary>Pings of web-2 by web-1, of which none may be answered.</summary>
    private async Task NothingArrivesAsync()
    {
        var run = await own.Fabric.RunAsync("ping", "web-1", "web-2", "-c", "2", "-i", "10ms", "--format", "json");
        Assert.Contains("\"received\":0", run.Out.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private async Task<string> VsctlAsync(params string[] arguments)
    {
        var run = (await own.RunAsync("ovs-vsctl", arguments)).Expect(0);
        Assert.Equal("", run.Error);
        return run.Out.Trim();
    }

    public sealed class Own : IAsyncLifetime
    {
        private const int Subnet = 214;

        internal RunningFabric Fabric { get; private set; } = null!;

        public async Task InitializeAsync() => Fabric = await RunningFabric.StartAsync(RunningFabric.Quickstart(Subnet));

        public async Task DisposeAsync() => await Fabric.DisposeAsync();

        /// <summary>Runs a stock client as an operator of server-1.</summary>
        internal Task<ToolRun> RunAsync(string program, params string[] arguments) =>
            Tool.RunAsync("env", [$"OVS_RUNDIR={Fabric.Data}/run/server-1", "OVS_CTL_TIMEOUT=20", program, .. arguments]);
    }
}
