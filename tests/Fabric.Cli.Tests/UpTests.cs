using System.Net;
using System.Net.Sockets;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.Node;

namespace Fabric.Cli.Tests;

/// <summary><c>up</c>, <c>node</c> and <c>down</c> over a node that follows a script.</summary>
public sealed class UpTests : IDisposable
{
    private const string Topology = "name: quickstart\nservers:\n  - {name: \"server-{1..2}\"}\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fabric-up-");
    private readonly ScriptedFabric _fabric = new();
    private readonly List<ScriptedNode> _nodes = [];
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(120));
    private readonly string _file;

    public UpTests()
    {
        _file = Path.Combine(_folder.FullName, "dc.yaml");
        File.WriteAllText(_file, Topology);
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Up_deploys_shows_first_pings_and_checks_and_stops_cleanly_when_told()
    {
        _fabric.Checks = new ValidateReply([.. Samples.Checks.Checks.Take(1)]);
        var running = Run("up", _file, "--fresh");
        await RunningAsync();
        await _stop.CancelAsync();
        var run = await running;
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            """
            Validation
              passed  pingall blue within 10s  2 of 2 pairs in 12 ms

            First pings of a flow: web-1 to web-2
                          request, server-1  request, server-2  reply, server-2  reply, server-1      rtt
              resolution  agent              agent              agent            agent
              ping 1      agent              agent              agent            agent            1.93 ms
              ping 2      L2                 L2                 L2               L2                210 µs
              ping 3      L1                 L1                 L1               L1                 95 µs
              ping 4      L1                 L1                 L1               L1                  lost
              the resolution's broadcast also reached server-3 (L2)
            """, run.Out);
        Assert.Contains("quickstart is ready: 2 servers, 4 VMs, 1 node; 1 of 1 check passed", run.Out);
        var deploy = Assert.Single(_fabric.Asked.OfType<DeployRequest>());
        Assert.True(deploy.Fresh);
        Assert.Contains("server-2", deploy.TopologyJson);
        Assert.True(_fabric.Asked.IndexOf(new FirstPingsRequest("web-1", "web-2")) < _fabric.Asked.IndexOf("validate"));
        Assert.Equal(1, Assert.Single(_nodes).Stops);
        Assert.True(DataFolder.IsFree(Data));
    }

    [Fact]
    public async Task A_failed_check_is_exit_code_1_at_the_end()
    {
        var running = Run("up", _file);
        await RunningAsync();
        await _stop.CancelAsync();
        var run = await running;
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("FAILED  offloaded * >= 0.99", run.Out);
    }

    [Fact]
    public async Task No_validate_only_waits_until_ready()
    {
        var running = Run("up", _file, "--no-validate", "-q");
        await RunningAsync();
        await _stop.CancelAsync();
        Assert.Equal((0, ""), ((await running).ExitCode, (await running).Error));
        Assert.DoesNotContain("validate", _fabric.Asked);
        Assert.Empty(_fabric.Asked.OfType<FirstPingsRequest>());
    }

    [Fact]
    public async Task A_second_up_on_the_same_data_names_the_first()
    {
        var running = Run("up", _file, "--no-validate");
        var record = await RunningAsync();
        var second = await Run("up", _file);
        Assert.Equal(2, second.ExitCode);
        Assert.Equal(
            $"fabric: a fabric is already running on {Data}: API {record.Api.GetLeftPart(UriPartial.Authority)}, "
            + $"pid {Environment.ProcessId}\n", second.Error);
        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_wrong_topology_starts_nothing()
    {
        await File.WriteAllTextAsync(_file, "name: x\nservers: 7\ncolour: red\n");
        var run = await Run("up", _file);
        Assert.Equal(2, run.ExitCode);
        Assert.True(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= 2, run.Error);
        Assert.Empty(_nodes);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_journal_of_another_topology_is_refused_in_one_line_and_nothing_keeps_running()
    {
        const string Refusal = "the data folder holds topology other; use --fresh to forget it";
        _fabric.Failure = new FabricRequestException(RequestFailure.Conflict, Refusal);
        var run = await Run("up", _file);
        Assert.Equal((2, $"fabric: {Refusal}\n"), (run.ExitCode, run.Error));
        Assert.Equal(1, Assert.Single(_nodes).Stops);
        Assert.True(DataFolder.IsFree(Data));
    }

    [Fact]
    public async Task A_server_that_cannot_start_ends_up_in_one_line()
    {
        _fabric.Status = Samples.Status with { Ready = false, Failures = ["server-1: UDP port 4789 of 127.64.0.1 is in use"] };
        var run = await Run("up", _file);
        Assert.Equal((2, "fabric: server-1: UDP port 4789 of 127.64.0.1 is in use\n"), (run.ExitCode, run.Error));
        Assert.Equal(1, Assert.Single(_nodes).Stops);
    }

    [Fact]
    public async Task A_node_that_ends_by_itself_ends_up()
    {
        var running = Run("up", _file, "--no-validate");
        await RunningAsync();
        _nodes[0].End();
        var run = await running;
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("fabric: node 1 left the cluster", run.Error);
    }

    [Fact]
    public async Task An_API_port_in_use_is_one_line_and_exit_code_2()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var verb in new[] { new[] { "up", _file }, ["node"] })
        {
            var run = await Run([.. verb, "--api", $"http://127.0.0.1:{port}"]);
            Assert.Equal(2, run.ExitCode);
            Assert.Equal($"fabric: the API address 127.0.0.1:{port} is in use by another program; choose another with --api\n", run.Error);
        }
        Assert.Empty(_nodes);
    }

    [Fact]
    public async Task Node_serves_its_API_until_told_to_stop()
    {
        var running = Run("node", "--roles", "server,edge", "--remoting", "127.0.0.1:0", "--contact", "http://127.0.0.1:8600");
        while (_nodes.Count == 0) await Task.Delay(5, _stop.Token);
        await _stop.CancelAsync();
        Assert.Equal(0, (await running).ExitCode);
        Assert.Equal(["server", "edge"], _nodes[0].Settings!.Roles);
        Assert.Equal([new Uri("http://127.0.0.1:8600")], _nodes[0].Settings!.Contacts);
        Assert.Equal(1, _nodes[0].Stops);
    }

    [Fact]
    public async Task Down_where_nothing_runs_says_so_with_exit_code_4()
    {
        var run = await Run("down");
        Assert.Equal((4, $"fabric: nothing is running on {Data}\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_record_left_by_a_killed_process_is_not_believed()
    {
        Directory.CreateDirectory(Data);
        var dead = RunRecord.OfThisProcess(new Uri("http://127.0.0.1:1"), ready: true) with { StartTicks = 1 };
        Assert.False(dead.IsAlive());
        File.WriteAllText(Path.Combine(Data, "up.json"), ApiJson.Indented(dead, ApiJson.Default.RunRecord));
        Assert.Null(DataFolder.FindRunning(Data));
        using var taken = DataFolder.Take(Data);
        Assert.Null(DataFolder.FindRunning(Data));
    }

    [Theory]
    [InlineData("--nodes", "0")]
    [InlineData("--remoting", "nowhere")]
    [InlineData("--remoting", "a:b:1")]
    [InlineData("--format", "csv")]
    public async Task Wrong_options_of_up_are_exit_code_2(string option, string value)
    {
        var run = await Run("up", _file, option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("fabric: ", run.Error);
        Assert.Empty(_nodes);
    }

    private Task<CommandRun> Run(params string[] arguments)
    {
        string[] api = arguments.Contains("--api") ? [] : ["--api", "http://127.0.0.1:0"];
        return CommandRun.Of((_, _) => _fabric, [], _stop.Token, [.. arguments, .. api, "--data", Data], Start);
    }

    private ScriptedNode Start(NodeSettings settings)
    {
        _nodes.Add(new ScriptedNode(_fabric) { Settings = settings });
        return _nodes[^1];
    }

    private async Task<RunRecord> RunningAsync()
    {
        while (true)
        {
            if (DataFolder.FindRunning(Data) is { Ready: true } record) return record;
            await Task.Delay(5, _stop.Token);
        }
    }
}
