using System.Diagnostics;
using System.Net.Http.Json;
using Fabric.Topology;

namespace Fabric.Interop.Tests;

/// <summary>
/// Where databases and rules are kept, in files or in a journal of SQLite or PostgreSQL: what an operator wrote is there again after a kill
/// and after an orderly end, and the last words before an orderly end are not lost.
/// </summary>
public sealed class RulesOutliveTests
{
    private const string Yaml = """
        name: kept
        underlay: {mode: direct, subnet: 127.232.0.0/16}
        nics:
          agilio-cx: {vfs: 4, ports: [25G]}
        servers:
          - {name: server-1, nic: agilio-cx}
        overlays:
          - {name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}
        vms:
          - {name: "web-{1..2}", overlay: blue, server: server-1}
        """;

    /// <summary>What is in force may be lost for 100 ms, and a machine may be busy.</summary>
    private static readonly TimeSpan Saving = TimeSpan.FromMilliseconds(1_500);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("files")]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task What_an_operator_wrote_outlives_a_kill_and_an_orderly_end(string place)
    {
        await using var postgres = place == "postgresql" ? await PostgresServer.StartAsync() : null;
        await using var fabric = new RunningFabric(Yaml);
        string[] options = postgres is not null ? ["--journal", postgres.Connection]
            : ["--databases", place == "files" ? "files" : "journal"];
        await using (var node = await StartAsync(fabric, options))
        {
            await DeployAsync(fabric);
            await UntilAsync(fabric, "0xfab21c");
            await AddAsync(fabric, 1);
            (await VsctlAsync(fabric, "set", "bridge", "br-int", "external_ids:kept=yes")).Expect(0);
            await Task.Delay(Saving);
            node.Signal(9);
            await node.EndAsync();
        }

        await using (var node = await StartAsync(fabric, options))
        {
            await UntilAsync(fabric, "cookie=0x701");
            await AddAsync(fabric, 2);
            (await node.StopAsync(Tool.Terminate)).Expect(0);
        }

        await using (var node = await StartAsync(fabric, options))
        {
            await UntilAsync(fabric, "cookie=0x702");
            await UntilAsync(fabric, "cookie=0x701");
            await UntilAsync(fabric, "0xfab21c");
            var kept = await VsctlAsync(fabric, "get", "bridge", "br-int", "external_ids:kept");
            Assert.Equal("yes", kept.Expect(0).Out.Trim().Trim('"'));
            // A bridge that an operator deletes stays away, and its rules go with it, until the server starts again.
            (await VsctlAsync(fabric, "del-br", "br-int")).Expect(0);
            (await node.StopAsync(Tool.Terminate)).Expect(0);
        }

        await using (var node = await StartAsync(fabric, options))
        {
            await UntilAsync(fabric, "0xfab21c");
            var ports = (await VsctlAsync(fabric, "list-ports", "br-int")).Expect(0).Lines;
            foreach (var port in new[] { "vf0", "vf1", "vxlan0" }) Assert.Contains(port, ports);
            Assert.DoesNotContain("cookie=0x701", (await OfctlAsync(fabric, "dump-flows", "cookie=0/0")).Out, StringComparison.Ordinal);
            (await node.StopAsync(Tool.Terminate)).Expect(0);
        }

        foreach (var file in new[] { "ovsdb/server-1.db", "openflow/server-1.rules" })
            Assert.Equal(place == "files", File.Exists(Path.Combine(fabric.Data, file)));
    }

    private static Task<ToolRun> VsctlAsync(RunningFabric fabric, params string[] words) =>
        Tool.RunAsync("ovs-vsctl", [$"--db=unix:{fabric.Data}/run/server-1/db.sock", "--timeout=20", .. words]);

    private static async Task<Tool> StartAsync(RunningFabric fabric, string[] options)
    {
        var node = RunningFabric.Program(
            ["node", "--api", fabric.Api, "--remoting", $"127.0.0.1:{fabric.RemotingPort}", "--data", fabric.Data, .. options]);
        await node.UntilSaysAsync("node up");
        return node;
    }

    private static async Task DeployAsync(RunningFabric fabric)
    {
        Assert.True(TopologyFile.TryLoad(Yaml, "kept.yaml", out var topology, out var errors), string.Join('\n', errors));
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(
            $"{fabric.Api}/api/v1/topology", new { topologyJson = TopologyJson.Write(topology), fresh = false });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task AddAsync(RunningFabric fabric, int number) => (await OfctlAsync(
        fabric, "add-flow", $"cookie=0x70{number},table=20,priority={number},actions=drop")).Expect(0);

    private static async Task UntilAsync(RunningFabric fabric, string words)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var rules = await OfctlAsync(fabric, "dump-flows", "cookie=0/0");
            if (rules.Out.Contains(words, StringComparison.Ordinal)) return;
            Assert.True(clock.Elapsed < Patience, $"not within a minute: {words}\n{rules.Out}{rules.Error}");
            await Task.Delay(100);
        }
    }

    private static Task<ToolRun> OfctlAsync(RunningFabric fabric, string command, string what) =>
        Tool.RunAsync("ovs-ofctl", "--timeout=20", command, $"unix:{fabric.Data}/run/server-1/br-int.mgmt", what);
}
