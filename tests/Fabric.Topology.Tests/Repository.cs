using System.Runtime.CompilerServices;

namespace Fabric.Topology.Tests;

internal static class Repository
{
    public static string Quickstart => File.ReadAllText(Path("cluster-config/topologies/quickstart.yaml"));

    public static string Path(string relative, [CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../..", relative));
}
