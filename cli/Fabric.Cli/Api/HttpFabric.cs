using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Fabric.Actors.Protocol;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Api;

/// <summary>A fabric asked through its HTTP API. An address where nothing answers is a <see cref="CliException"/> with exit code
/// 4.</summary>
internal sealed class HttpFabric : IFabric, IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _api;

    public HttpFabric(Uri api, string? token)
    {
        _api = api;
        _http = new HttpClient(
            new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(3) })
        {
            BaseAddress = api,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Task<FabricStatus> StatusAsync(CancellationToken cancel) => GetAsync("/api/v1/status", ApiJson.Default.FabricStatus, cancel);

    public async Task DeployAsync(DeployRequest request, CancellationToken cancel)
    {
        using var response = await SendAsync(Post("/api/v1/topology", request, ApiJson.Default.DeployRequest), cancel);
    }

    public Task<InspectReply> InspectAsync(CancellationToken cancel) => GetAsync("/api/v1/inspect", ApiJson.Default.InspectReply, cancel);

    public Task<PingReply> PingAsync(PingRequest request, CancellationToken cancel) =>
        PostAsync("/api/v1/ping", request, ApiJson.Default.PingRequest, ApiJson.Default.PingReply, cancel);

    public Task<PingMeshReply> PingAllAsync(PingMeshRequest request, CancellationToken cancel) =>
        PostAsync("/api/v1/pingall", request, ApiJson.Default.PingMeshRequest, ApiJson.Default.PingMeshReply, cancel);

    public async Task<ValidateReply> ValidateAsync(CancellationToken cancel)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/v1/validate"), cancel);
        return await ReadAsync(response, ApiJson.Default.ValidateReply, cancel);
    }

    public Task<FirstPingsReply> FirstPingsAsync(FirstPingsRequest request, CancellationToken cancel) =>
        PostAsync("/api/v1/firstpings", request, ApiJson.Default.FirstPingsRequest, ApiJson.Default.FirstPingsReply, cancel);

    public Task<FlowsReply> FlowsAsync(FlowsRequest request, CancellationToken cancel)
    {
        var path = new StringBuilder($"/api/v1/flows/{Uri.EscapeDataString(request.Server)}?limit={request.Limit}");
        if (request.Tier is not null) path.Append("&tier=").Append(Uri.EscapeDataString(request.Tier));
        if (request.Type is not null) path.Append("&type=").Append(Uri.EscapeDataString(request.Type));
        return GetAsync(path.ToString(), ApiJson.Default.FlowsReply, cancel);
    }

    public Task<TraceReply> TraceAsync(TraceRequest request, CancellationToken cancel) =>
        PostAsync("/api/v1/trace", request, ApiJson.Default.TraceRequest, ApiJson.Default.TraceReply, cancel);

    public Task<VfReply> ChangeVfsAsync(VfChange change, CancellationToken cancel) =>
        PostAsync("/api/v1/vfs", change, ApiJson.Default.VfChange, ApiJson.Default.VfReply, cancel);

    public Task<GuestReply> ChangeGuestAsync(GuestChange change, CancellationToken cancel) =>
        PostAsync("/api/v1/guests", change, ApiJson.Default.GuestChange, ApiJson.Default.GuestReply, cancel);

    public async Task<IAsyncEnumerable<CapturedFrame>> CaptureAsync(CaptureRequest request, CancellationToken cancel)
    {
        var response = await SendAsync(Post("/api/v1/capture", request, ApiJson.Default.CaptureRequest), cancel);
        return FramesAsync(response, cancel);
    }

    public void Dispose() => _http.Dispose();

    private async IAsyncEnumerable<CapturedFrame> FramesAsync(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var ofResponse = response;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel), Encoding.UTF8, false, bufferSize: 1 << 16);
        while (await NextLineAsync(reader, cancel) is { } text)
        {
            var line = JsonSerializer.Deserialize(text, ApiJson.Default.CaptureLine);
            if (line?.Problem is { } problem) throw Refusal(problem);
            if (line?.Frame is { } frame) yield return frame;
        }
    }

    private async Task<string?> NextLineAsync(StreamReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CliException(ExitCode.NotReachable, $"the fabric at {_api.Authority} went away");
        }
    }

    private async Task<TReply> GetAsync<TReply>(string path, JsonTypeInfo<TReply> type, CancellationToken cancel)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancel);
        return await ReadAsync(response, type, cancel);
    }

    private async Task<TReply> PostAsync<TRequest, TReply>(
        string path, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TReply> replyType, CancellationToken cancel)
    {
        using var response = await SendAsync(Post(path, request, requestType), cancel);
        return await ReadAsync(response, replyType, cancel);
    }

    private static HttpRequestMessage Post<TRequest>(string path, TRequest request, JsonTypeInfo<TRequest> type) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(request, type) };

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            using (request) response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new CliException(ExitCode.NotReachable, $"no fabric answers at {_api.Scheme}://{_api.Authority}; is one up? (fabric up)");
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw Refusal(await ProblemAsync(response, cancel));
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancel) ?? throw NotAFabric();
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            throw NotAFabric();
        }
    }

    private async Task<Problem> ProblemAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.Content.Headers.ContentType?.MediaType != Problem.ContentType) throw NotAFabric();
        return await ReadAsync(response, ApiJson.Default.Problem, cancel);
    }

    private CliException NotAFabric() => new(ExitCode.NotReachable, $"what answers at {_api.Scheme}://{_api.Authority} is not a fabric");

    private static Exception Refusal(Problem problem) => problem.Failure is { } failure
        ? new FabricRequestException(failure, problem.Detail)
        : new CliException(problem.Status >= 500 ? ExitCode.NotReachable : ExitCode.WrongInput, problem.Detail);
}
