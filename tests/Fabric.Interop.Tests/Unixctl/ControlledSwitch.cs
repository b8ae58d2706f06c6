using System.Globalization;

namespace Fabric.Interop.Tests;

/// <summary>
/// A switch with devices for tests in a run directory of its own: Debian's ovs-vswitchd or Fabric's, started by the same command line, each
/// on Debian's ovsdb-server.
/// </summary>
internal sealed class ControlledSwitch : IAsyncDisposable
{
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";

    private ControlledSwitch(bool isOurs)
    {
        Folder = Directory.CreateTempSubdirectory("fabric-ctl-").FullName;
        Program = isOurs ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "fabric.dll"), "ovs-vswitchd"] : ["ovs-vswitchd"];
    }

    public string Folder { get; }

    /// <summary>How the daemon is called, before its options.</summary>
    public string[] Program { get; }

    public static async Task<ControlledSwitch> StartAsync(bool isOurs)
    {
        var made = new ControlledSwitch(isOurs);
        try
        {
            (await made.RunAsync("ovsdb-tool", "create", made.File("conf.db"), Schema)).Expect(0);
            (await made.RunAsync("ovsdb-server", "--detach", "--no-chdir", "--pidfile", "--log-file", "-vconsole:off",
                $"--remote=punix:{made.File("db.sock")}", made.File("conf.db"))).Expect(0);
            (await made.RunAsync("ovs-vsctl", "--no-wait", "init")).Expect(0);
            (await made.DaemonAsync("--detach", "--no-chdir", "--pidfile", "--log-file", "-vconsole:off")).Expect(0);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a stock client against this switch.</summary>
    public Task<ToolRun> RunAsync(string program, params string[] arguments) => Tool.RunAsync("env",
        [$"OVS_RUNDIR={Folder}", $"OVS_LOGDIR={Folder}", $"OVS_DBDIR={Folder}", "OVS_CTL_TIMEOUT=20", program, .. arguments]);

    /// <summary>Runs the daemon's program with devices for tests.</summary>
    public Task<ToolRun> DaemonAsync(params string[] options) => RunAsync(Program[0],
        [.. Program[1..], "--enable-dummy=system", "--disable-system", "--disable-system-route", .. options, $"unix:{File("db.sock")}"]);

    public Task<ToolRun> ControlAsync(string line) => RunAsync("ovs-appctl", Words(line));

    public async Task ConfigureAsync(string line) => (await RunAsync("ovs-vsctl", Words(line))).Expect(0);

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in (string[])["ovs-vswitchd", "ovsdb-server"])
        {
            var pidFile = File(daemon + ".pid");
            if (!System.IO.File.Exists(pidFile)) continue;
            var pid = System.IO.File.ReadAllText(pidFile).Trim();
            await Tool.RunAsync("kill", "-KILL", pid);
            // What still runs may still write into the folder.
            await RunningFabric.UntilGoneAsync(int.Parse(pid, CultureInfo.InvariantCulture));
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Blanks part words, where no parenthesis is open.</summary>
    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
