using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cli.Node;
using Microsoft.Extensions.Logging;

namespace Fabric.Cli.Up;

/// <summary>The processes of one <c>up</c>: node 1 in this one, the others as its children.</summary>
internal sealed class LocalFabric : IAsyncDisposable
{
    private readonly ApiHost _api;
    private readonly ChildNodes _children;
    private IRunningNode? _node;

    private LocalFabric(ApiHost api, ChildNodes children)
    {
        _api = api;
        _children = children;
    }

    public Uri Api => _api.Address;

    public IFabric Fabric => _node!.Fabric;

    public static async Task<LocalFabric> StartAsync(
        UpOptions options, DataFolder data, NodeStarter startNode, ILoggerFactory logging, CancellationToken cancel)
    {
        var fabric = new LocalFabric(await ApiHost.StartAsync(options.Api, options.Token, logging, cancel), new ChildNodes());
        try
        {
            data.Announce(fabric.Api, ready: false);
            await fabric.StartNodesAsync(options, data, startNode, logging, cancel);
            return fabric;
        }
        catch
        {
            await fabric.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs work that needs every node; a node that ends meanwhile ends the work with its reason.</summary>
    public async Task<T> WithAllNodesAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var working = work(end.Token);
        var childEnded = _children.FirstEndAsync(end.Token);
        var ended = await Task.WhenAny(working, childEnded, _node?.Terminated ?? Task.Delay(Timeout.Infinite, end.Token));
        await end.CancelAsync();
        if (ended == working || cancel.IsCancellationRequested) return await working;
        await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new CliException(
            ExitCode.WrongInput, ended == childEnded ? await childEnded : "node 1 left the cluster or was removed from it; see its log");
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_children.DisposeAsync().AsTask(), _node?.StopAsync() ?? Task.CompletedTask);
        await _api.DisposeAsync();
    }

    /// <param name="index">From 0.</param>
    private Uri ApiOf(int index) => new UriBuilder(Api) { Port = Api.Port + index }.Uri;

    private async Task StartNodesAsync(UpOptions options, DataFolder data, NodeStarter startNode, ILoggerFactory logging,
        CancellationToken cancel)
    {
        Uri[] contacts = options.Nodes == 1 ? [] : [Api, .. Enumerable.Range(1, options.Nodes - 1).Select(ApiOf)];
        for (var index = 1; index < options.Nodes; index++)
            _children.Start(index + 1, ApiOf(index), options.Remoting.Next(index), contacts, data.Path);
        var settings = new NodeSettings(Api, options.Remoting, contacts, ["server"], data.Path, logging);
        _node = startNode(settings);
        _api.Attach(_node);
        await WithAllNodesAsync(end => AllUpAsync(_node, options.Nodes, end), cancel);
    }

    private async Task<bool> AllUpAsync(IRunningNode node, int nodes, CancellationToken cancel)
    {
        await node.JoinAsync(cancel);
        while (nodes > 1 && (await Fabric.StatusAsync(cancel)).Nodes.Count(n => n.State == "Up") < nodes) await Task.Delay(100, cancel);
        return true;
    }
}
