namespace Fabric.Interop.Tests.Ovsdb;

/// <summary>
/// One switch as an operator has it: a database server and a switch daemon in a run directory of their own. The daemons are Debian's
/// or Fabric's drop-ins, started by the same command lines.
/// </summary>
internal sealed class SwitchPeer : IAsyncDisposable
{
    private const string StockSchema = "/usr/share/openvswitch/vswitch.ovsschema";
    private readonly List<Tool> _daemons = [];

    private SwitchPeer(string name)
    {
        Name = name;
        RunDirectory = Directory.CreateTempSubdirectory("fabric-peer-").FullName;
    }

    public string Name { get; }

    public string RunDirectory { get; }

    public string Socket => Path.Combine(RunDirectory, "db.sock");

    private string DatabaseFile => Path.Combine(RunDirectory, "conf.db");

    public static Task<SwitchPeer> StartStockAsync(string name = "stock") => StartAsync(name, ["ovsdb-server"], ["ovs-vswitchd"]);

    public static Task<SwitchPeer> StartFabricAsync() => StartAsync("fabric", Fabric("ovsdb-server"), Fabric("ovs-vswitchd"));

    /// <summary>Only a database server, of this schema.</summary>
    public static async Task<SwitchPeer> StartDatabaseAsync(string name, bool isStock, string schema = StockSchema)
    {
        var peer = new SwitchPeer(name);
        return await peer.ReadyAsync(() => peer.StartServerAsync(isStock ? ["ovsdb-server"] : Fabric("ovsdb-server"), schema));
    }

    /// <summary>Runs a stock client against this switch.</summary>
    public Task<ToolRun> RunAsync(string program, params string[] arguments) =>
        Tool.RunAsync("env", [$"OVS_RUNDIR={RunDirectory}", "OVS_CTL_TIMEOUT=30", program, .. arguments]);

    /// <summary>Starts a stock client against this switch.</summary>
    public Tool Start(string program, params string[] arguments) =>
        Tool.Start("env", [$"OVS_RUNDIR={RunDirectory}", program, .. arguments]);

    /// <summary>A transaction that must succeed.</summary>
    public async Task TransactAsync(string transaction)
    {
        var run = (await RunAsync("ovsdb-client", "transact", transaction)).Expect(0);
        Assert.DoesNotContain("\"error\"", run.Out, StringComparison.Ordinal);
    }

    /// <summary>Everything in the database.</summary>
    public async Task<DatabaseDump> DumpAsync(string database = "Open_vSwitch")
    {
        var run = (await RunAsync("ovsdb-client", "--format=json", "dump", $"unix:{Socket}", database)).Expect(0);
        return DatabaseDump.Parse(run.Out);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons))
        {
            if (!daemon.HasExited) await daemon.StopAsync(Tool.Terminate);
            await daemon.DisposeAsync();
        }

        Directory.Delete(RunDirectory, recursive: true);
    }

    private static string[] Fabric(string verb) => ["dotnet", Path.Combine(AppContext.BaseDirectory, "fabric.dll"), verb];

    private static async Task<SwitchPeer> StartAsync(string name, string[] server, string[] daemon)
    {
        var peer = new SwitchPeer(name);
        return await peer.ReadyAsync(async () =>
        {
            await peer.StartServerAsync(server, StockSchema);
            // As OVS's own scripts do, so that the daemon finds a row to write its version into.
            (await peer.RunAsync("ovs-vsctl", "--no-wait", "init")).Expect(0);
            peer.StartDaemon([.. daemon, $"unix:{peer.Socket}", "--enable-dummy=system", "--disable-system", "--disable-system-route",
                "--no-chdir", "--pidfile", "-vconsole:off"]);
            (await peer.RunAsync("ovs-vsctl", "--timeout=30", "set", "Open_vSwitch", ".", "external_ids={}")).Expect(0);
            (await peer.RunAsync("ovs-vsctl", "--timeout=30", "wait-until", "Open_vSwitch", ".", "iface_types!=[]")).Expect(0);
        });
    }

    private async Task<SwitchPeer> ReadyAsync(Func<Task> start)
    {
        try
        {
            await start();
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task StartServerAsync(string[] server, string schema)
    {
        (await RunAsync("ovsdb-tool", "create", DatabaseFile, schema)).Expect(0);
        string[] managers = schema == StockSchema ? ["--remote=db:Open_vSwitch,Open_vSwitch,manager_options"] : [];
        var tool = StartDaemon(
            [.. server, DatabaseFile, $"--remote=punix:{Socket}", .. managers, "--no-chdir", "--pidfile", "-vconsole:off"]);
        for (var attempt = 0; !Sockets.IsListening(Socket); attempt++)
        {
            if (tool.HasExited || attempt == 3_000) Assert.Fail($"{Name}: no {Socket}: {(await tool.EndAsync()).Error}");
            await Task.Delay(20);
        }
    }

    private Tool StartDaemon(string[] command)
    {
        var tool = Tool.Start("env", [$"OVS_RUNDIR={RunDirectory}", $"OVS_LOGDIR={RunDirectory}", $"OVS_DBDIR={RunDirectory}", .. command]);
        _daemons.Add(tool);
        return tool;
    }
}
