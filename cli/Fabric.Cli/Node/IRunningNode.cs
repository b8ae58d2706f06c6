using Fabric.Actors.Protocol;
using Fabric.Cli.Api;

namespace Fabric.Cli.Node;

/// <summary>A cluster node in this process, as the commands and the HTTP API see it.</summary>
internal interface IRunningNode
{
    IFabric Fabric { get; }

    BootstrapReply Bootstrap { get; }

    /// <summary>Own member status is Up.</summary>
    bool IsUp { get; }

    /// <summary>Completes when the node ended by itself.</summary>
    Task Terminated { get; }

    Task StopAsync();
}
