using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabric.Cli.Tests;

public class ApiTests
{
    [Fact]
    public async Task Every_request_and_reply_survives_the_way_over_HTTP()
    {
        var scripted = new ScriptedFabric();
        await using var api = await RunningApi.StartAsync(scripted);
        using var fabric = new HttpFabric(api.Address, null);
        Same(Samples.Status, await fabric.StatusAsync(default), ApiJson.Default.FabricStatus);
        Same(Samples.Inspect, await fabric.InspectAsync(default), ApiJson.Default.InspectReply);
        Same(Samples.Ping, await fabric.PingAsync(new PingRequest("web-1", "web-2", 9, 1, 2, 3, 4), default), ApiJson.Default.PingReply);
        Same(Samples.Mesh, await fabric.PingAllAsync(new PingMeshRequest(2, "blue", 3), default), ApiJson.Default.PingMeshReply);
        Same(Samples.Checks, await fabric.ValidateAsync(default), ApiJson.Default.ValidateReply);
        Same(Samples.FirstPings, await fabric.FirstPingsAsync(new FirstPingsRequest("a", "b", 5), default),
            ApiJson.Default.FirstPingsReply);
        Same(Samples.Flows, await fabric.FlowsAsync(new FlowsRequest("server 1", "l1", "ovs", 5), default), ApiJson.Default.FlowsReply);
        Same(Samples.Trace, await fabric.TraceAsync(new TraceRequest("web-1", "icmp", 7), default), ApiJson.Default.TraceReply);
        var change = new VfChange("server-1", Set: new VfSet("vf0", Trust: true, MaxRateBps: 5, Link: "enable"));
        Same(Samples.Vfs, await fabric.ChangeVfsAsync(change, default), ApiJson.Default.VfReply);
        var guest = new GuestChange("a", "02:00:00:00:00:01", true);
        Same(Samples.Guest, await fabric.ChangeGuestAsync(guest, default), ApiJson.Default.GuestReply);
        await fabric.DeployAsync(new DeployRequest("{\"name\":\"x\"}", true), default);
        Assert.Equal(
            [
                "status", "inspect", new PingRequest("web-1", "web-2", 9, 1, 2, 3, 4), new PingMeshRequest(2, "blue", 3), "validate",
                new FirstPingsRequest("a", "b", 5), new FlowsRequest("server 1", "l1", "ovs", 5), new TraceRequest("web-1", "icmp", 7),
                change, guest, new DeployRequest("{\"name\":\"x\"}", true),
            ], scripted.Asked);
    }

    [Theory]
    [InlineData(RequestFailure.NotFound, 404)]
    [InlineData(RequestFailure.Invalid, 400)]
    [InlineData(RequestFailure.Conflict, 409)]
    [InlineData(RequestFailure.Unavailable, 503)]
    public async Task Refusals_have_a_status_and_come_back_as_they_went(RequestFailure failure, int status)
    {
        await using var api = await RunningApi.StartAsync(new ScriptedFabric { Failure = new FabricRequestException(failure, "because") });
        using var http = new HttpClient { BaseAddress = api.Address };
        using var response = await http.GetAsync("/api/v1/status");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var fabric = new HttpFabric(api.Address, null);
        var refusal = await Assert.ThrowsAsync<FabricRequestException>(() => fabric.StatusAsync(default));
        Assert.Equal((failure, "because"), (refusal.Failure, refusal.Message));
    }

    [Fact]
    public async Task Before_the_node_exists_the_server_says_so_and_knows_no_cluster()
    {
        await using var api = await RunningApi.StartAsync(null);
        using var http = new HttpClient { BaseAddress = api.Address };
        Assert.Equal("ok\n", await http.GetStringAsync("/healthz"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/readyz")).StatusCode);
        Assert.False(JsonDocument.Parse(await http.GetStringAsync("/bootstrap")).RootElement.GetProperty("hasCluster").GetBoolean());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/api/v1/status")).StatusCode);
    }

    [Fact]
    public async Task A_node_that_is_up_is_ready_and_names_its_cluster()
    {
        await using var api = await RunningApi.StartAsync(new ScriptedFabric());
        using var http = new HttpClient { BaseAddress = api.Address };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz")).StatusCode);
        var bootstrap = JsonDocument.Parse(await http.GetStringAsync("/bootstrap")).RootElement;
        Assert.True(bootstrap.GetProperty("hasCluster").GetBoolean());
        Assert.Equal(1, bootstrap.GetProperty("members").GetArrayLength());
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("null", "application/json", 400)]
    [InlineData("{\"source\":1}", "application/json", 400)]
    [InlineData("{\"source\":\"web-1\",\"destination\":\"web-2\"}", "text/plain", 415)]
    public async Task A_body_that_is_no_request_is_refused(string body, string contentType, int status)
    {
        var scripted = new ScriptedFabric();
        await using var api = await RunningApi.StartAsync(scripted);
        using var http = new HttpClient { BaseAddress = api.Address };
        using var response = await http.PostAsync("/api/v1/ping", new StringContent(body, Encoding.UTF8, contentType));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(scripted.Asked);
    }

    [Fact]
    public async Task An_unexpected_error_is_a_500_with_its_line_and_the_client_says_so()
    {
        await using var api = await RunningApi.StartAsync(new ScriptedFabric { Failure = new InvalidOperationException("broken") });
        var run = await CommandRun.OverHttp("inspect", "--api", api.Address.ToString());
        Assert.Equal((4, "fabric: InvalidOperationException: broken\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task With_a_token_every_request_must_carry_it()
    {
        await using var api = await RunningApi.StartAsync(new ScriptedFabric(), token: "secret");
        using var http = new HttpClient { BaseAddress = api.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/status")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "guess");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/bootstrap")).StatusCode);
        using var fabric = new HttpFabric(api.Address, "secret");
        Assert.Equal("quickstart", (await fabric.StatusAsync(default)).Topology);
    }

    [Fact]
    public async Task Beyond_loopback_and_without_a_token_the_API_only_reads()
    {
        var scripted = new ScriptedFabric();
        await using var api = await RunningApi.StartAsync(scripted, address: "http://0.0.0.0:0");
        using var fabric = new HttpFabric(new Uri($"http://127.0.0.1:{api.Address.Port}"), null);
        await fabric.StatusAsync(default);
        await Assert.ThrowsAsync<CliException>(() => fabric.DeployAsync(new DeployRequest("{}", false), default));
        await Assert.ThrowsAsync<CliException>(() => fabric.PingAsync(new PingRequest("a", "b"), default));
        Assert.Equal(["status"], scripted.Asked);
    }

    [Fact]
    public async Task A_loopback_API_does_not_answer_to_a_foreign_name()
    {
        await using var api = await RunningApi.StartAsync(new ScriptedFabric());
        using var http = new HttpClient { BaseAddress = api.Address };
        http.DefaultRequestHeaders.Host = "evil.example";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await http.GetAsync("/api/v1/status")).StatusCode);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_exit_code_2()
    {
        await using var api = await RunningApi.StartAsync(new ScriptedFabric());
        var refusal = await Assert.ThrowsAsync<CliException>(() =>
            ApiHost.StartAsync(api.Address, null, NullLoggerFactory.Instance, default));
        Assert.Equal(2, refusal.ExitCode);
        Assert.Contains($"{api.Address.Authority} is in use", refusal.Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("220 mail.example ESMTP\r\n")]
    public async Task Something_else_that_answers_is_not_taken_for_a_fabric(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadAtLeastAsync(new byte[1024], 16);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer));
        });
        using var fabric = new HttpFabric(new Uri($"http://{listener.LocalEndpoint}"), null);
        var refusal = await Assert.ThrowsAsync<CliException>(() => fabric.StatusAsync(default));
        Assert.Equal(4, refusal.ExitCode);
        await answering;
    }

    private static void Same<T>(T expected, T actual, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        Assert.Equal(JsonSerializer.Serialize(expected, type), JsonSerializer.Serialize(actual, type));
}
