using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.Node;

namespace Fabric.Cli.Tests;

internal sealed class ScriptedNode(IFabric fabric) : IRunningNode
{
    private readonly TaskCompletionSource _terminated = new();

    public IFabric Fabric => fabric;

    public Task JoinAsync(CancellationToken cancel) => Task.CompletedTask;

    public BootstrapReply Bootstrap { get; } = new("akka.tcp://fabric@127.0.0.1:4053", true, ["akka.tcp://fabric@127.0.0.1:4053"]);

    public bool IsUp => true;

    public Task Terminated => _terminated.Task;

    public NodeSettings? Settings { get; init; }

    public int Stops { get; private set; }

    /// <summary>The node ends by itself.</summary>
    public void End() => _terminated.SetResult();

    public Task StopAsync()
    {
        Stops++;
        return Task.CompletedTask;
    }
}
