using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;
using Fabric.Cluster;

namespace Fabric.Cli.Node;

/// <summary>The seam to <see cref="FabricNode"/>: the one place where the command meets the cluster.</summary>
internal sealed class NodeHost : IRunningNode
{
    private readonly FabricNode _node;

    private NodeHost(FabricNode node) => _node = node;

    public IFabric Fabric => _node.Fabric;

    public BootstrapReply Bootstrap
    {
        get
        {
            var view = _node.Bootstrap;
            return new BootstrapReply(view.Address, view.HasCluster, view.Members);
        }
    }

    public bool IsUp => _node.IsUp;

    public Task Terminated => _node.Terminated;

    public static IRunningNode Start(NodeSettings settings)
    {
        try
        {
            return new NodeHost(FabricNode.Create(new NodeOptions
            {
                RemotingHost = settings.Remoting.Host,
                RemotingPort = settings.Remoting.Port,
                Api = settings.Api,
                Contacts = settings.Contacts,
                Roles = settings.Roles,
                DataDirectory = settings.DataDirectory,
                Journal = settings.Journal,
                KeepsDatabasesInJournal = settings.KeepsDatabasesInJournal,
                Logging = settings.Logging,
            }));
        }
        catch (NodeStartException e)
        {
            throw new CliException(ExitCode.WrongInput, e.Message);
        }
    }

    public async Task JoinAsync(CancellationToken cancel)
    {
        try
        {
            await _node.JoinAsync(cancel);
        }
        catch (NodeStartException e)
        {
            throw new CliException(ExitCode.WrongInput, e.Message);
        }
    }

    public Task StopAsync() => _node.StopAsync();
}
