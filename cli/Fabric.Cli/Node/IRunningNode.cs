using Fabric.Actors.Protocol;
using Fabric.Cli.Api;
using Fabric.Cli.CommandLine;

namespace Fabric.Cli.Node;

/// <summary>A cluster node in this process, as the commands and the HTTP API see it.</summary>
internal interface IRunningNode
{
    /// <summary>Forms or joins the cluster; returns when this node is a full member. Fails with a <see cref="CliException"/>.</summary>
    Task JoinAsync(CancellationToken cancel);

    /// <summary>Refuses as unavailable until the node has joined.</summary>
    IFabric Fabric { get; }

    BootstrapReply Bootstrap { get; }

    /// <summary>Own member status is Up.</summary>
    bool IsUp { get; }

    /// <summary>Completes when the node ended by itself.</summary>
    Task Terminated { get; }

    Task StopAsync();
}
