using System.Diagnostics;

namespace Fabric.Interop.Tests;

/// <summary><c>fabric ovsdb serve</c> as a process, with a folder of its own that outlives its kills.</summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    private const int Kill = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string[] _options;
    private Tool? _tool;

    public DatabaseServer(string schema, params string[] options)
    {
        Folder = Directory.CreateTempSubdirectory("fabric-ovsdb-").FullName;
        SchemaFile = Path.Combine(Folder, "schema");
        File.WriteAllText(SchemaFile, schema);
        _options = options;
    }

    public string Folder { get; }

    public string SchemaFile { get; }

    public string DatabaseFile => Path.Combine(Folder, "conf.db");

    public string Socket => Path.Combine(Folder, "db.sock");

    public string Remote => "unix:" + Socket;

    public int Id => _tool!.Id;

    public static string SwitchSchema => File.ReadAllText("/usr/share/openvswitch/vswitch.ovsschema");

    /// <summary>Starts it and waits until somebody can connect.</summary>
    public async Task StartAsync()
    {
        _tool = RunningFabric.Program([
            "ovsdb", "serve", SchemaFile, "--data", Folder, "--db", DatabaseFile, "--remote", "punix:" + Socket, .. _options]);
        await _tool.UntilSaysAsync("serving ");
        var clock = Stopwatch.StartNew();
        while (!Sockets.IsListening(Socket))
        {
            Assert.True(clock.Elapsed < Patience && !_tool.HasExited, "the socket does not appear");
            await Task.Delay(5);
        }
    }

    /// <summary>Ends it without warning.</summary>
    public async Task KillAsync()
    {
        await _tool!.StopAsync(Kill);
        await _tool.DisposeAsync();
        _tool = null;
        File.Delete(Socket);
    }

    /// <summary>The port that a remote <c>ptcp:0</c> or <c>pssl:0</c> was given, from the log.</summary>
    public async Task<int> PortOfAsync(string remote)
    {
        var log = Path.Combine(Folder, "log", "ovsdb.log");
        var clock = Stopwatch.StartNew();
        while (true)
        {
            foreach (var line in File.Exists(log) ? File.ReadAllLines(log) : [])
            {
                var at = line.IndexOf($"{remote}: listening on port ", StringComparison.Ordinal);
                if (at >= 0) return int.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture);
            }

            Assert.True(clock.Elapsed < Patience, $"{remote} does not listen");
            await Task.Delay(20);
        }
    }

    public Task<ToolRun> ClientAsync(params string[] arguments) => Tool.RunAsync("ovsdb-client", arguments);

    public async ValueTask DisposeAsync()
    {
        if (_tool is not null) await _tool.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
