using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Hosting.Logging;
using Akka.Pattern;
using Fabric.Actors;
using Fabric.Actors.Protocol;
using Microsoft.Extensions.Logging;

namespace Fabric.Cluster;

/// <summary>
/// One node of a fabric: an actor system that joins or founds the cluster and then carries its share of the servers. Made in two steps so
/// that the HTTP API can answer <c>/bootstrap</c> in between: <see cref="Create"/>, then <see cref="JoinAsync"/>.
/// </summary>
public sealed class FabricNode : IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly ActorSystem _system;
    private readonly Akka.Cluster.Cluster _cluster;
    private readonly ClusterBootstrap _bootstrap;
    private IFabric? _fabric;

    private FabricNode(NodeOptions options, ActorSystem system)
    {
        _options = options;
        _system = system;
        _cluster = Akka.Cluster.Cluster.Get(system);
        _bootstrap = new ClusterBootstrap(_cluster, options, options.Logging.CreateLogger<ClusterBootstrap>());
    }

    /// <summary>The operator's view; usable once <see cref="JoinAsync"/> has returned.</summary>
    public IFabric Fabric =>
        _fabric ?? throw new FabricRequestException(RequestFailure.Unavailable, "this node has not joined the cluster yet");

    internal ActorSystem ActorSystem => _system;

    /// <summary>What this node answers to <c>GET /bootstrap</c>.</summary>
    public BootstrapView Bootstrap => _bootstrap.View();

    public string Address => _cluster.SelfAddress.ToString();

    /// <summary>True while this node is a full member.</summary>
    public bool IsUp => _cluster.SelfMember.Status == Akka.Cluster.MemberStatus.Up && !_cluster.IsTerminated;

    /// <summary>Completes when the actor system has ended, by <see cref="StopAsync"/> or because the cluster downed this node.</summary>
    public Task Terminated => _system.WhenTerminated;

    /// <exception cref="NodeStartException">The remoting port or the journal cannot be used.</exception>
    public static FabricNode Create(NodeOptions options)
    {
        try
        {
            NodeConfiguration.PrepareFiles(options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"the data folder {options.DataDirectory} cannot be used: {e.Message}", e);
        }

        var setup = ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(NodeConfiguration.Compose(options)), new LoggerFactorySetup(options.Logging));
        try
        {
            return new FabricNode(options, ActorSystem.Create(options.SystemName, setup));
        }
        catch (Exception e) when (FindSocketError(e) is { } socketError)
        {
            throw new NodeStartException(
                $"cannot listen for cluster nodes on {options.RemotingHost}:{options.RemotingPort}: {socketError.Message}", e);
        }
    }

    /// <summary>Forms or joins the cluster, waits until this node is a full member, and starts its parts.</summary>
    /// <exception cref="NodeStartException">No cluster within <see cref="NodeOptions.StartTimeout"/>.</exception>
    public async Task JoinAsync(CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_options.StartTimeout);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.RegisterOnMemberUp(up.SetResult);
        try
        {
            await _bootstrap.RunAsync(deadline.Token);
            await up.Task.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new NodeStartException(
                $"no cluster within {_options.StartTimeout.TotalSeconds:0} s; contact points: {string.Join(", ", _options.Contacts)}");
        }

        StartParts();
    }

    /// <summary>Leaves the cluster, flushes and ends; safe to call twice.</summary>
    public async Task StopAsync() => await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance);

    public async ValueTask DisposeAsync() => await StopAsync();

    private void StartParts()
    {
        var view = new DirectoryView();
        var directory = _system.ActorOf(DirectoryActor.Props(view, new NodeEntry(Address, _options.Api.ToString())), "directory");
        var services = NodeServices.Start(_system, Address, directory, dataFolder: _options.DataDirectory,
            keepsDatabasesInJournal: _options.KeepsDatabasesInJournal);
        var (sharding, settings) = (ClusterSharding.Get(_system), ClusterShardingSettings.Create(_system));
        var region = sharding.Start(
            "server", name => ServerActor.Props(name, services), settings, new ServerExtractor(),
            sharding.DefaultShardAllocationStrategy(settings), EndServer.Instance);

        // A journal that fails stops the controller, and a singleton that stopped is not started again by its manager.
        var controllerAgain = BackoffSupervisor.Props(Backoff.OnStop(
            FabricController.Props(region), "recorder", TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10), 0.2, maxNrOfRetries: -1));
        _system.ActorOf(
            ClusterSingletonManager.Props(controllerAgain,
                ClusterSingletonManagerSettings.Create(_system).WithSingletonName("controller")),
            "controller-manager");
        var controller = _system.ActorOf(
            ClusterSingletonProxy.Props("/user/controller-manager",
                ClusterSingletonProxySettings.Create(_system).WithSingletonName("controller")),
            "controller");
        services.Controller = controller;
        _fabric = new FabricClient(_system, region, controller, view, services.Captures);
    }

    private static SocketException? FindSocketError(Exception? e) => e switch
    {
        null => null,
        SocketException socket => socket,
        AggregateException many => many.InnerExceptions.Select(FindSocketError).FirstOrDefault(found => found is not null),
        _ => FindSocketError(e.InnerException),
    };
}
