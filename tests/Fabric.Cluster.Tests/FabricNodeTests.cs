using System.Net;
using Akka.Actor;
using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Cluster.Tests;

public sealed class FabricNodeTests : IDisposable
{
    private readonly string _data = QuietNode.NewFolder();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(240));
    private readonly int _subnet = 65 + Environment.ProcessId % 150;

    public void Dispose()
    {
        _deadline.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_node_deploys_the_quickstart_validates_it_and_resumes_it_from_its_journal()
    {
        await using (var node = await StartAsync())
        {
            Assert.True(node.Bootstrap.HasCluster);
            Assert.Null((await node.Fabric.StatusAsync(_deadline.Token)).Topology);
            await node.Fabric.DeployAsync(new DeployRequest(QuietNode.Quickstart(_subnet), Fresh: false), _deadline.Token);
            await ReadyAsync(node);
            await CheckEverythingAsync(node);
            await CheckFewerServersAsync(node);
            await CheckControllerComesBackAsync(node);
        }

        await using (var node = await StartAsync())
        {
            await ReadyAsync(node);
            var status = await node.Fabric.StatusAsync(_deadline.Token);
            Assert.Equal(("quickstart", 4, 8), (status.Topology, status.ServersTotal, status.VmsTotal));
            var ping = await node.Fabric.PingAsync(new PingRequest("web-1", "web-4"), _deadline.Token);
            Assert.Equal(4, ping.Received);
        }
    }

    [Fact]
    public void A_remoting_port_in_use_is_one_line_for_the_operator()
    {
        using var other = QuietNode.Occupy();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var e = Assert.Throws<NodeStartException>(() => FabricNode.Create(QuietNode.Options(_data, port)));
        Assert.StartsWith($"cannot listen for cluster nodes on 127.0.0.1:{port}: ", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_data_folder_that_cannot_be_used_is_one_line_for_the_operator()
    {
        var file = Path.Combine(_data, "a-file");
        File.WriteAllText(file, "");
        var e = Assert.Throws<NodeStartException>(() => FabricNode.Create(QuietNode.Options(file)));
        Assert.StartsWith($"the data folder {file} cannot be used: ", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    private async Task<FabricNode> StartAsync()
    {
        var node = FabricNode.Create(QuietNode.Options(_data));
        await node.JoinAsync(_deadline.Token);
        return node;
    }

    private async Task ReadyAsync(FabricNode node)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        FabricStatus status;
        do
        {
            status = await node.Fabric.StatusAsync(_deadline.Token);
            Assert.Empty(status.Failures);
        }
        while (!status.Ready && await poll.WaitForNextTickAsync(_deadline.Token));
    }

    private async Task CheckEverythingAsync(FabricNode node)
    {
        var validation = await node.Fabric.ValidateAsync(_deadline.Token);
        Assert.True(validation.Passed, string.Join('\n', validation.Checks.Select(c => $"{c.Check}: {c.Passed} {c.Detail}")));
        Assert.Equal(["pingall blue within 10s", "pingall green within 10s", "isolated blue, green", "offloaded * >= 0.99"],
            validation.Checks.Select(c => c.Check));
        Assert.Equal("12 of 12 pairs answer", validation.Checks[0].Detail);
        Assert.Equal("24 of 24 pairs answer", validation.Checks[1].Detail);

        var first = await node.Fabric.FirstPingsAsync(new FirstPingsRequest("web-1", "web-2", 10), _deadline.Token);
        Assert.Equal(10, first.Pings.Count);
        Assert.All(first.Pings[^1].Passes, pass => Assert.Equal("L1", pass.Tier));

        var inspect = await node.Fabric.InspectAsync(_deadline.Token);
        Assert.All(inspect.Servers, server => Assert.Equal(0, server.Imbalance));
        Assert.Equal(8, inspect.Vms.Count);

        var trace = await node.Fabric.TraceAsync(new TraceRequest("web-1", "icmp,nw_dst=10.1.0.2"), _deadline.Token);
        Assert.True(trace.Delivered, trace.Outcome);
        await RefusedAsync(RequestFailure.NotFound, () => node.Fabric.PingAsync(new PingRequest("web-1", "nobody"), _deadline.Token));
        await RefusedAsync(RequestFailure.Invalid, () => node.Fabric.PingAsync(new PingRequest("web-1", "db-1", Family: 6),
            _deadline.Token));
        await RefusedAsync(RequestFailure.Invalid, () => node.Fabric.PingAsync(new PingRequest("web-1", "web-2", Count: 0),
            _deadline.Token));
        await RefusedAsync(RequestFailure.NotFound, () => node.Fabric.FlowsAsync(new FlowsRequest("server-9"), _deadline.Token));
        await RefusedAsync(RequestFailure.Conflict, () => node.Fabric.DeployAsync(new DeployRequest(Other(), Fresh: false),
            _deadline.Token));
    }

    /// <summary>A server that leaves the topology leaves every list too; then the whole comes back for the second start.</summary>
    private async Task CheckFewerServersAsync(FabricNode node)
    {
        await node.Fabric.DeployAsync(new DeployRequest(Other(), Fresh: true), _deadline.Token);
        await ReadyAsync(node);
        var inspect = await node.Fabric.InspectAsync(_deadline.Token);
        Assert.Equal("server-1", Assert.Single(inspect.Servers).Name);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await node.Fabric.StatusAsync(_deadline.Token)).Nodes.Single().Servers.Count != 1)
            await poll.WaitForNextTickAsync(_deadline.Token);
        await node.Fabric.DeployAsync(new DeployRequest(QuietNode.Quickstart(_subnet), Fresh: true), _deadline.Token);
        await ReadyAsync(node);
    }

    /// <summary>A journal that fails stops the controller; the cluster must not stay without one.</summary>
    private async Task CheckControllerComesBackAsync(FabricNode node)
    {
        var path = node.ActorSystem.ActorSelection("/user/controller-manager/controller/recorder");
        var controller = await path.ResolveOne(TimeSpan.FromSeconds(30));
        await controller.GracefulStop(TimeSpan.FromSeconds(30));
        FabricStatus? status = null;
        while (status is null)
        {
            try
            {
                status = await node.Fabric.StatusAsync(_deadline.Token);
            }
            catch (FabricRequestException e)
            {
                Assert.Equal(RequestFailure.Unavailable, e.Failure);
            }
        }

        Assert.Equal(("quickstart", 4), (status.Topology, status.ServersTotal));
    }

    private string Other() => TopologyJson.Write(QuietNode.Load(
        """
        name: other
        underlay: {mode: direct, subnet: 127.64.0.0/16}
        nics: {agilio: {vfs: 8}}
        servers: [{name: server-1, nic: agilio}]
        """.Replace("127.64", $"127.{_subnet}", StringComparison.Ordinal)));

    private static async Task RefusedAsync(RequestFailure failure, Func<Task> request) =>
        Assert.Equal(failure, (await Assert.ThrowsAsync<FabricRequestException>(request)).Failure);
}
