using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabric.Cli.Tests;

/// <summary>The HTTP API over a scripted fabric, on a port of its own.</summary>
internal sealed class RunningApi : IAsyncDisposable
{
    private readonly ApiHost _host;

    private RunningApi(ApiHost host) => _host = host;

    public Uri Address => _host.Address;

    public static async Task<RunningApi> StartAsync(IFabric? fabric, string? token = null, string address = "http://127.0.0.1:0")
    {
        var host = await ApiHost.StartAsync(new Uri(address), token, NullLoggerFactory.Instance, CancellationToken.None);
        if (fabric is not null) host.Attach(new ScriptedNode(fabric));
        return new RunningApi(host);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
