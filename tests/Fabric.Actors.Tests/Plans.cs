using System.Runtime.CompilerServices;
using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Actors.Tests;

internal static class Plans
{
    /// <summary>Two servers; a VXLAN overlay with two VMs on the first and one on the second, and a GENEVE one with the same
    /// addresses.</summary>
    public const string TwoServers =
        """
        name: two
        underlay: {mode: direct, subnet: 127.64.0.0/16, mtu: 1600}
        nics: {agilio: {vfs: 8}}
        servers: [{name: "server-{1..2}", nic: agilio}]
        overlays:
          - {name: blue, type: vxlan, vni: 5000, subnet: 10.1.0.0/24}
          - {name: green, type: geneve, vni: 6000, subnet: [10.1.0.0/24, "fd00:6::/64"]}
        vms:
          - {name: a-1, overlay: blue, server: server-1}
          - {name: a-2, overlay: blue, server: server-2}
          - {name: a-3, overlay: blue, server: server-1}
          - {name: b-1, overlay: green, server: server-1}
          - {name: b-2, overlay: green, server: server-2}
        """;

    public static string Quickstart => File.ReadAllText(FromRoot("cluster-config/topologies/quickstart.yaml"));

    public static FabricTopology Load(string text) =>
        TopologyFile.TryLoad(text, "test.yaml", out var topology, out var errors) ? topology
            : throw new ArgumentException(string.Join('\n', errors));

    public static ServerPlan Of(FabricTopology topology, string server, long epoch = 1) =>
        ServerPlanner.Plan(topology, topology.FindServer(server)!, epoch);

    private static string FromRoot(string relative, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../..", relative));
}
