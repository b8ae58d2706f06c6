using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fabric.Bench;

/// <summary>
/// Debian's ovsdb-server and one of its switch daemons in a folder of their own, which can be stopped in their tracks between rounds: a
/// polling switch would take a core from the side it is compared with.
/// </summary>
internal sealed partial class StockSwitch : IDisposable
{
    public const string Plain = "/usr/lib/openvswitch-switch/ovs-vswitchd";
    public const string Dpdk = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk";
    private const string Schema = "/usr/share/openvswitch/vswitch.ovsschema";
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Process> _daemons = [];
    private readonly string[] _prefix;

    /// <param name="daemon">Path of the switch daemon.</param>
    /// <param name="settings">Of the root row, before the daemon starts.</param>
    /// <param name="arguments">Of the daemon.</param>
    /// <param name="prefix">Words before every command, such as those that enter a network namespace.</param>
    public StockSwitch(string daemon, string[] settings, string[] arguments, params string[] prefix)
    {
        _prefix = prefix;
        Folder = Directory.CreateTempSubdirectory("fabric-peer-").FullName;
        try
        {
            var database = Path.Combine(Folder, "conf.db");
            Run("ovsdb-tool", "create", database, Schema);
            Start("ovsdb-server", [database, $"--remote=punix:{Socket}", $"--unixctl={Folder}/db.ctl", $"--log-file={Folder}/db.log",
                "-vconsole:off"], Socket);
            Run("ovs-vsctl", "--no-wait", "init");
            if (settings.Length > 0) Run("ovs-vsctl", ["--no-wait", "set", "Open_vSwitch", ".", .. settings]);
            string[] usual = [$"unix:{Socket}", $"--unixctl={Control}", $"--log-file={Folder}/switch.log", "-vconsole:off"];
            Start(daemon, [.. usual, .. arguments], Control);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Folder { get; }

    private string Socket => Path.Combine(Folder, "db.sock");

    private string Control => Path.Combine(Folder, "switch.ctl");

    /// <summary>Of the switch daemon since it started, all of its threads.</summary>
    public double ProcessorSeconds
    {
        get
        {
            _daemons[^1].Refresh();
            return _daemons[^1].TotalProcessorTime.TotalSeconds;
        }
    }

    public string Configure(params string[] words) => Run("ovs-vsctl", ["-t", "20", .. words]);

    public string OpenFlow(params string[] words) => Run("ovs-ofctl", words);

    public string Command(params string[] words) => Run("ovs-appctl", ["-t", Control, .. words]);

    public void Pause() => Signal(SigStop);

    public void Resume() => Signal(SigCont);

    /// <summary>Runs a program of the peer's to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="PeerException">It failed; the message is what it said.</exception>
    public string Run(string program, params string[] arguments)
    {
        using var process = Begin(program, arguments, isRead: true);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new PeerException($"{program}: {error.Result.Trim().ReplaceLineEndings(" ")}");
    }

    public void Dispose()
    {
        Resume();
        Signal(SigTerm);
        foreach (var daemon in _daemons)
        {
            if (!daemon.WaitForExit(Patience)) daemon.Kill();
            daemon.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private void Start(string program, string[] arguments, string socket)
    {
        var daemon = Begin(program, arguments, isRead: false);
        _daemons.Add(daemon);
        var watch = Stopwatch.StartNew();
        while (!File.Exists(socket))
        {
            if (watch.Elapsed > Patience || daemon.HasExited) throw new PeerException($"{Path.GetFileName(program)} does not start");
            Thread.Sleep(20);
        }
    }

    private Process Begin(string program, string[] arguments, bool isRead)
    {
        string[] words = [.. _prefix, program, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in (string[])["OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR"]) start.Environment[name] = Folder;
        var process = Process.Start(start)!;
        if (isRead) return process;
        // A daemon says little, but a full pipe would stop it.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Signal(int signal)
    {
        foreach (var daemon in _daemons.Where(daemon => !daemon.HasExited)) _ = Kill(daemon.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
