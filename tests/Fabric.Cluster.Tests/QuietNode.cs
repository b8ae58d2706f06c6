using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Fabric.Topology;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fabric.Cluster.Tests;

/// <summary>Options, folders and topologies for nodes that a test starts.</summary>
internal static class QuietNode
{
    public static NodeOptions Options(string data, int remotingPort = 0, params Uri[] contacts) => new()
    {
        Api = new Uri("http://127.0.0.1:1/"),
        Contacts = contacts,
        DataDirectory = data,
        RemotingPort = remotingPort,
        Logging = NullLoggerFactory.Instance,
    };

    public static string NewFolder() => Directory.CreateTempSubdirectory("fabric-cluster-tests-").FullName;

    /// <summary>An underlay subnet that no other run of these tests on this machine is likely to use.</summary>
    public static string Quickstart(int subnet) => TopologyJson.Write(Load(
        File.ReadAllText(FromRoot("cluster-config/topologies/quickstart.yaml")).Replace("127.64.0.0/16", $"127.{subnet}.0.0/16",
            StringComparison.Ordinal)));

    public static FabricTopology Load(string yaml) =>
        TopologyFile.TryLoad(yaml, "test.yaml", out var topology, out var errors) ? topology
            : throw new ArgumentException(string.Join('\n', errors));

    /// <summary>A listening socket on a free port, to be in the way.</summary>
    public static TcpListener Occupy()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string FromRoot(string relative, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../..", relative));
}
