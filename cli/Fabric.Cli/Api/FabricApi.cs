using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fabric.Actors.Protocol;
using Fabric.Cli.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Fabric.Cli.Api;

/// <summary>The routes: a thin skin over <see cref="IFabric"/>. What reads is GET, what sends a frame or changes state is POST.</summary>
internal sealed partial class FabricApi(ApiAccess access, ILogger log, CancellationToken stopping)
{
    private volatile IRunningNode? _node;

    public IRunningNode? Node { get => _node; set => _node = value; }

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", (RequestDelegate)(http => http.Response.WriteAsync("ok\n")));
        routes.MapGet("/readyz", (RequestDelegate)ReadyAsync);
        routes.MapGet("/bootstrap", (RequestDelegate)(http =>
            ReplyAsync(http, Node?.Bootstrap ?? BootstrapReply.OfStartingNode, ApiJson.Default.BootstrapReply)));

        Get(routes, "/api/v1/status", ApiJson.Default.FabricStatus, (fabric, _, cancel) => fabric.StatusAsync(cancel));
        Get(routes, "/api/v1/inspect", ApiJson.Default.InspectReply, (fabric, _, cancel) => fabric.InspectAsync(cancel));
        Get(routes, "/api/v1/flows/{server}", ApiJson.Default.FlowsReply, (fabric, http, cancel) =>
            fabric.FlowsAsync(FlowsRequestOf(http), cancel));
        Post(routes, "/api/v1/ping", ApiJson.Default.PingRequest, ApiJson.Default.PingReply, (fabric, request, cancel) =>
            fabric.PingAsync(request, cancel));
        Post(routes, "/api/v1/pingall", ApiJson.Default.PingMeshRequest, ApiJson.Default.PingMeshReply,
            (fabric, request, cancel) => fabric.PingAllAsync(request, cancel));
        Post(routes, "/api/v1/firstpings", ApiJson.Default.FirstPingsRequest, ApiJson.Default.FirstPingsReply,
            (fabric, request, cancel) => fabric.FirstPingsAsync(request, cancel));
        Post(routes, "/api/v1/trace", ApiJson.Default.TraceRequest, ApiJson.Default.TraceReply, (fabric, request, cancel) =>
            fabric.TraceAsync(request, cancel));
        Post(routes, "/api/v1/vfs", ApiJson.Default.VfChange, ApiJson.Default.VfReply, (fabric, request, cancel) =>
            fabric.ChangeVfsAsync(request, cancel));
        Post(routes, "/api/v1/guests", ApiJson.Default.GuestChange, ApiJson.Default.GuestReply, (fabric, request, cancel) =>
            fabric.ChangeGuestAsync(request, cancel));
        routes.MapPost("/api/v1/validate", (RequestDelegate)(http => AnswerAsync(http, async (fabric, cancel) =>
            await ReplyAsync(http, await fabric.ValidateAsync(cancel), ApiJson.Default.ValidateReply))));
        routes.MapPost("/api/v1/topology", (RequestDelegate)(http => AnswerAsync(http, async (fabric, cancel) =>
        {
            await fabric.DeployAsync(await BodyAsync(http, ApiJson.Default.DeployRequest, cancel), cancel);
            http.Response.StatusCode = StatusCodes.Status202Accepted;
        })));
        routes.MapPost("/api/v1/capture", (RequestDelegate)(http => AnswerAsync(http, async (fabric, cancel) =>
            await CaptureStream.WriteAsync(http.Response, await fabric.CaptureAsync(
                await BodyAsync(http, ApiJson.Default.CaptureRequest, cancel), cancel), cancel))));
    }

    private Task ReadyAsync(HttpContext http)
    {
        var ready = Node is { IsUp: true };
        http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync(ready ? "ready\n" : "not ready\n");
    }

    private void Get<TReply>(
        IEndpointRouteBuilder routes, string path, JsonTypeInfo<TReply> type,
        Func<IFabric, HttpContext, CancellationToken, Task<TReply>> ask) =>
        routes.MapGet(path, (RequestDelegate)(http => AnswerAsync(http, async (fabric, cancel) =>
            await ReplyAsync(http, await ask(fabric, http, cancel), type))));

    private void Post<TRequest, TReply>(
        IEndpointRouteBuilder routes, string path, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TReply> replyType,
        Func<IFabric, TRequest, CancellationToken, Task<TReply>> ask) =>
        routes.MapPost(path, (RequestDelegate)(http => AnswerAsync(http, async (fabric, cancel) =>
            await ReplyAsync(http, await ask(fabric, await BodyAsync(http, requestType, cancel), cancel), replyType))));

    private async Task AnswerAsync(HttpContext http, Func<IFabric, CancellationToken, Task> answer)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            if (access.Refuse(http.Request) is { } refusal)
            {
                await RefuseAsync(http, refusal);
                return;
            }
            var node = Node ?? throw new FabricRequestException(RequestFailure.Unavailable, "the node is still starting");
            await answer(node.Fabric, cancel.Token);
        }
        catch (FabricRequestException e)
        {
            await RefuseAsync(http, Problem.Of(e));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(http, new Problem("Bad request", e.StatusCode, e.Message, null));
        }
        catch (Exception e)
        {
            RequestFailed(http.Request.Path, e);
            await RefuseAsync(http, new Problem("Internal error", StatusCodes.Status500InternalServerError,
                $"{e.GetType().Name}: {e.Message}", null));
        }
    }

    private static async Task<T> BodyAsync<T>(HttpContext http, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        if (!http.Request.HasJsonContentType())
            throw new BadHttpRequestException("the body must be application/json", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            return await http.Request.ReadFromJsonAsync(type, cancel)
                ?? throw new FabricRequestException(RequestFailure.Invalid, "the body is null");
        }
        catch (JsonException e)
        {
            throw new FabricRequestException(RequestFailure.Invalid, $"the body is not a valid request: {e.Message}");
        }
    }

    private static FlowsRequest FlowsRequestOf(HttpContext http)
    {
        var query = http.Request.Query;
        var request = new FlowsRequest((string)http.Request.RouteValues["server"]!, query["tier"].FirstOrDefault(),
            query["type"].FirstOrDefault());
        if (query["limit"].FirstOrDefault() is not { } text) return request;
        return int.TryParse(text, out var limit) && limit > 0
            ? request with { Limit = limit }
            : throw new FabricRequestException(RequestFailure.Invalid, $"limit '{text}' is not a positive number");
    }

    private static Task ReplyAsync<T>(HttpContext http, T reply, JsonTypeInfo<T> type) =>
        http.Response.WriteAsJsonAsync(reply, type, cancellationToken: http.RequestAborted);

    private static Task RefuseAsync(HttpContext http, Problem problem)
    {
        if (http.Response.HasStarted) return Task.CompletedTask;
        http.Response.StatusCode = problem.Status;
        return http.Response.WriteAsJsonAsync(problem, ApiJson.Default.Problem, Problem.ContentType, http.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Error, "request {Path} failed")]
    private partial void RequestFailed(string path, Exception e);
}
