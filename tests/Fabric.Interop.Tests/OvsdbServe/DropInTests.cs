using System.Globalization;

namespace Fabric.Interop.Tests;

/// <summary><c>fabric ovsdb-server</c> in the place of Debian's: the same command line, files and folders, beside Debian's tools.</summary>
public sealed class DropInTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fabric-dropin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_runs_in_the_background_with_pid_file_log_and_lock_and_ends_without_a_trace()
    {
        await CreateAsync("conf.db");
        var pidFile = In("server.pid");
        (await ServerAsync(
            In("conf.db"), "--remote=punix:" + In("db.sock"), "--remote=db:Open_vSwitch,Open_vSwitch,manager_options",
            "--private-key=db:Open_vSwitch,SSL,private_key", "--certificate=db:Open_vSwitch,SSL,certificate",
            "--bootstrap-ca-cert=db:Open_vSwitch,SSL,ca_cert", "-vconsole:off", "-vfile:info", "--no-chdir", "--detach", "--monitor",
            "--log-file=" + In("server.log"), "--pidfile=" + pidFile)).Expect(0);
        var pid = int.Parse(await File.ReadAllTextAsync(pidFile), CultureInfo.InvariantCulture);
        try
        {
            var db = "--db=unix:" + In("db.sock");
            (await Tool.RunAsync("ovs-vsctl", db, "--no-wait", "init", "--", "add-br", "br0")).Expect(0);
            Assert.Equal(["br0"], (await Tool.RunAsync("ovs-vsctl", db, "list-br")).Expect(0).Lines);
            // Debian's tool sees that somebody uses the file.
            Assert.NotEqual(0, (await Tool.RunAsync("ovsdb-tool", "compact", In("conf.db"))).ExitCode);
            var second = await ServerAsync(In("conf.db"), "--remote=punix:" + In("other.sock"));
            Assert.Equal(1, second.ExitCode);
            Assert.Contains("conf.db", second.Error, StringComparison.Ordinal);
        }
        finally
        {
            await Tool.RunAsync("kill", pid.ToString(CultureInfo.InvariantCulture));
            await RunningFabric.UntilGoneAsync(pid);
        }

        Assert.False(RunningFabric.IsRunning(pid));
        Assert.False(File.Exists(pidFile) || File.Exists(In("db.sock")));
        Assert.Contains("|vlog|INFO|opened log file", await File.ReadAllTextAsync(In("server.log")), StringComparison.Ordinal);
        (await Tool.RunAsync("ovsdb-tool", "compact", In("conf.db"))).Expect(0);
        var query = await Tool.RunAsync(
            "ovsdb-tool", "query", In("conf.db"), """["Open_vSwitch",{"op":"select","table":"Bridge","where":[],"columns":["name"]}]""");
        Assert.Contains("br0", query.Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_control_socket_takes_the_commands_of_ovsdb_server()
    {
        await CreateAsync("conf.db");
        await CreateAsync("again.db");
        await using var server = RunningFabric.Program(
            "ovsdb-server", In("conf.db"), "--remote=punix:" + In("db.sock"), "--unixctl=" + In("ctl"), "--log-file=" + In("server.log"));
        for (var i = 0; i < 3_000 && !Sockets.IsListening(In("ctl")); i++) await Task.Delay(20);
        Assert.Equal("ovsdb-server (Open vSwitch) 3.1.0\n", await AskAsync("version"));
        Assert.Equal("Open_vSwitch\n_Server\n", await AskAsync("ovsdb-server/list-dbs"));
        await AskAsync("ovsdb-server/add-remote", "punix:" + In("second.sock"));
        Assert.Equal($"punix:{In("db.sock")}\npunix:{In("second.sock")}\n", await AskAsync("ovsdb-server/list-remotes"));
        (await Tool.RunAsync("ovs-vsctl", $"--db=unix:{In("second.sock")}", "--no-wait", "init", "--", "add-br", "br0")).Expect(0);
        await AskAsync("ovsdb-server/remove-remote", "punix:" + In("second.sock"));
        Assert.False(File.Exists(In("second.sock")));
        for (var i = 0; i < 20; i++)
        {
            (await Tool.RunAsync(
                "ovs-vsctl", $"--db=unix:{In("db.sock")}", "--no-wait", "set", "Bridge", "br0", $"external_ids:n={i}")).Expect(0);
        }

        var before = new FileInfo(In("conf.db")).Length;
        await AskAsync("ovsdb-server/compact");
        Assert.True(new FileInfo(In("conf.db")).Length < before);
        Assert.Equal("\"19\"\n", (await Tool.RunAsync(
            "ovs-vsctl", $"--db=unix:{In("db.sock")}", "--no-wait", "get", "Bridge", "br0", "external_ids:n")).Expect(0).Out);
        var same = await Tool.RunAsync("ovs-appctl", "-t", In("ctl"), "ovsdb-server/add-db", In("conf.db"));
        Assert.StartsWith($"ovsdb error: {In("conf.db")}: already open\n", same.Expect(2).Error, StringComparison.Ordinal);
        await AskAsync("exit");
        (await server.EndAsync()).Expect(0);
    }

    [Fact]
    public async Task It_serves_while_a_command_runs_and_ends_with_its_status()
    {
        await CreateAsync("conf.db");
        var socket = In("db.sock");
        var run = await ServerAsync(In("conf.db"), $"--remote=punix:{socket}", "--run", $"ovsdb-client list-dbs unix:{socket}; exit 7");
        run.Expect(7);
        Assert.Equal(["Open_vSwitch", "_Server"], run.Lines);
    }

    [Fact]
    public async Task What_it_cannot_do_is_one_line_and_its_version_is_the_one_it_stands_for()
    {
        var missing = await ServerAsync(In("none.db"));
        Assert.Equal($"ovsdb-server: I/O error: {In("none.db")}: open failed (No such file or directory)\n", missing.Expect(1).Error);
        Assert.Equal("ovsdb-server: unrecognized option '--bad'\n", (await ServerAsync("--bad")).Expect(1).Error);
        Assert.StartsWith("ovsdb-server (Open vSwitch) 3.1.0\n", (await ServerAsync("--version")).Expect(0).Out, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder, name);

    private async Task CreateAsync(string name) =>
        (await Tool.RunAsync("ovsdb-tool", "create", In(name), "/usr/share/openvswitch/vswitch.ovsschema")).Expect(0);

    private async Task<string> AskAsync(params string[] command) =>
        (await Tool.RunAsync("ovs-appctl", ["-t", In("ctl"), .. command])).Expect(0).Out;

    private static async Task<ToolRun> ServerAsync(params string[] arguments)
    {
        await using var tool = RunningFabric.Program(["ovsdb-server", .. arguments]);
        return await tool.EndAsync();
    }
}
