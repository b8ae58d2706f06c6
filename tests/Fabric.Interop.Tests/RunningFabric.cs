using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Fabric.Interop.Tests;

/// <summary>
/// The <c>fabric</c> program as its users have it: processes, a data folder and an API of their own. Whatever a test does to it,
/// disposing ends its processes and removes the folder.
/// </summary>
internal sealed class RunningFabric : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    /// <summary>No port is given twice: one that is free now may have been promised to another part of the same test.</summary>
    private static int _nextPort = Random.Shared.Next(FirstPort, EndOfPorts);

    private const int FirstPort = 20_000;
    private const int EndOfPorts = 32_000;

    private readonly List<int> _pids = [];

    public RunningFabric(string topology, int nodes = 1)
    {
        Nodes = nodes;
        Folder = Directory.CreateTempSubdirectory("fabric-interop-").FullName;
        File = Path.Combine(Folder, "topology.yaml");
        System.IO.File.WriteAllText(File, topology);
        ApiPort = FreePorts(nodes);
        RemotingPort = FreePorts(nodes);
    }

    public int Nodes { get; }

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    /// <summary>The topology file.</summary>
    public string File { get; }

    public int ApiPort { get; }

    public int RemotingPort { get; }

    public string Api => $"http://127.0.0.1:{ApiPort}";

    /// <summary>Options of pings that are to be answered: on a busy machine that may take longer than a user would wait.</summary>
    public static string[] Patiently => ["-W", "20s"];

    /// <summary>What <c>up --detach</c> said.</summary>
    public ToolRun? Up { get; private set; }

    /// <summary>Of the background process, as the data folder's record names it; 0 when nothing runs.</summary>
    public int Pid
    {
        get
        {
            var record = Path.Combine(Data, "up.json");
            if (!System.IO.File.Exists(record)) return 0;
            using var json = JsonDocument.Parse(System.IO.File.ReadAllText(record));
            return json.RootElement.GetProperty("pid").GetInt32();
        }
    }

    /// <summary>The background process and its children.</summary>
    public IReadOnlyList<int> Pids => _pids;

    /// <summary>A fabric of the quickstart's shape on addresses of its own, so that a quickstart may run on the same machine.</summary>
    /// <param name="subnet">Second byte of the VTEPs' 127.x.0.0/16.</param>
    public static string Quickstart(int subnet)
    {
        var text = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "topologies", "quickstart.yaml"));
        var moved = text.Replace("subnet: 127.64.0.0/16", $"subnet: 127.{subnet}.0.0/16", StringComparison.Ordinal);
        Assert.NotEqual(text, moved);
        // On a busy machine it takes longer than a user would wait.
        return moved.Replace("within: 10s", "within: 60s", StringComparison.Ordinal);
    }

    public static async Task<RunningFabric> StartAsync(string topology, int nodes = 1)
    {
        var fabric = new RunningFabric(topology, nodes);
        try
        {
            await fabric.UpAsync();
            return fabric;
        }
        catch
        {
            await fabric.DisposeAsync();
            throw;
        }
    }

    /// <summary><c>up --detach</c>, which must end well.</summary>
    public async Task UpAsync(params string[] more)
    {
        await using var up = Program(["up", File, "--detach", .. UpOptions, .. more]);
        try
        {
            Up = (await up.EndAsync(Patience)).Expect(0);
        }
        finally
        {
            RememberProcesses();
        }
    }

    /// <summary>Runs a verb against this fabric.</summary>
    public async Task<ToolRun> RunAsync(params string[] verb)
    {
        await using var tool = Start(verb);
        return await tool.EndAsync(Patience);
    }

    /// <summary>Starts a verb against this fabric.</summary>
    public Tool Start(params string[] verb) => Program([.. verb, "--api", Api, "--data", Data]);

    /// <summary>Starts <c>up</c> in the foreground.</summary>
    public Tool StartUp(params string[] more) => Program(["up", File, .. UpOptions, .. more]);

    /// <summary>What a verb answers in JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] verb)
    {
        var run = (await RunAsync([.. verb, "--format", "json"])).Expect(0);
        using var json = JsonDocument.Parse(run.Out);
        return json.RootElement.Clone();
    }

    /// <summary>Pings that must all be answered.</summary>
    public async Task<JsonElement> PingAsync(string from, string to, int count, params string[] more)
    {
        var reply = await JsonAsync(["ping", from, to, "-c", $"{count}", .. Patiently, .. more]);
        Assert.True(reply.GetProperty("received").GetInt32() == count, $"{from} to {to}: {reply}");
        return reply;
    }

    /// <summary>One that has ended and that nobody has asked for its exit code yet, a zombie in proc(5), runs no more.</summary>
    public static bool IsRunning(int pid)
    {
        try
        {
            var stat = System.IO.File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits, but not for ever, until none of them runs.</summary>
    public static async Task UntilGoneAsync(params IReadOnlyList<int> pids)
    {
        for (var clock = Stopwatch.StartNew(); pids.Any(IsRunning) && clock.Elapsed < EndPatience;) await Task.Delay(20);
    }

    public async ValueTask DisposeAsync()
    {
        RememberProcesses();
        foreach (var pid in _pids.Where(IsRunning)) await Tool.RunAsync("kill", "-TERM", Text(pid));
        await UntilGoneAsync(_pids);
        foreach (var pid in _pids.Where(IsRunning)) await Tool.RunAsync("kill", "-KILL", Text(pid));
        await UntilGoneAsync(_pids);
        Directory.Delete(Folder, recursive: true);
    }

    private string[] UpOptions =>
        ["--nodes", Text(Nodes), "--remoting", $"127.0.0.1:{RemotingPort}", "--api", Api, "--data", Data];

    /// <summary>A shell's background job ignores Ctrl-C and so would what it starts; a terminal's job does not.</summary>
    public static Tool Program(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "fabric.dll");
        Assert.True(System.IO.File.Exists(program), $"{program} is not built");
        return Tool.Start("env", ["--default-signal=INT", "dotnet", program, .. arguments]);
    }

    private void RememberProcesses()
    {
        if (Pid is not (> 0 and var pid)) return;
        foreach (var one in ChildrenOf(pid).Prepend(pid).Where(p => !_pids.Contains(p))) _pids.Add(one);
    }

    /// <summary>By field 4 of <c>/proc/PID/stat</c>, proc(5).</summary>
    private static IEnumerable<int> ChildrenOf(int parent)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid)) continue;
            string stat;
            try
            {
                stat = System.IO.File.ReadAllText(Path.Combine(folder, "stat"));
            }
            catch (IOException)
            {
                continue;
            }

            if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == Text(parent)) yield return pid;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The first of so many free ports in a row, below those that the kernel gives to clients.</summary>
    internal static int FreePorts(int count)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (_nextPort + count > EndOfPorts) _nextPort = FirstPort;
            var first = _nextPort;
            _nextPort += count;
            if (Enumerable.Range(first, count).All(IsFree)) return first;
        }

        throw new InvalidOperationException("no free ports");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
