using Fabric.Actors;
using Fabric.Actors.Protocol;
using Fabric.Topology;

namespace Fabric.Cli.Capture;

/// <summary>
/// Which node to ask for which capture points: frames of a server are seen only where the server runs, and captured frames are not sent
/// between nodes. <c>node:…</c> is the node that was called.
/// </summary>
internal static class CaptureRoutes
{
    /// <param name="called">The API that was called; in a fabric of one node also the way to every server, by whatever name it was
    /// called.</param>
    /// <returns>Points per API; patterns of servers and ports are expanded. A point that nothing matches stays as it is, for its node, or
    /// the node called if it has none, to refuse.</returns>
    public static IReadOnlyDictionary<Uri, IReadOnlyList<string>> Of(IEnumerable<string> points, InspectReply state, Uri called)
    {
        var routes = new Dictionary<Uri, List<string>>();
        foreach (var point in points)
        {
            var colon = point.IndexOf(':');
            var name = colon < 0 ? point : point[..colon];
            var homes = state.Nodes.SelectMany(node => node.Servers.Where(server => NamePattern.Matches(name, server))
                .Select(server => (node, server)))
                .ToArray();
            if (colon < 0 || homes.Length == 0) Add(called, point);
            foreach (var (node, server) in colon < 0 ? [] : homes)
            {
                foreach (var port in Ports(state, server, point[(colon + 1)..]))
                    Add(state.Nodes.Count == 1 ? called : new Uri(node.Api), $"{server}:{port}");
            }
        }
        return routes.ToDictionary(route => route.Key, route => (IReadOnlyList<string>)route.Value);

        static string[] Ports(InspectReply state, string server, string pattern)
        {
            string[] ports = [ServerPorts.Physical, .. state.Vfs.Where(vf => vf.Server == server).Select(vf => vf.Name)];
            string[] found = [.. ports.Where(port => NamePattern.Matches(pattern, port))];
            return found.Length > 0 ? found : [pattern];
        }

        void Add(Uri api, string point)
        {
            if (!routes.TryGetValue(api, out var list)) routes.Add(api, list = []);
            if (!list.Contains(point)) list.Add(point);
        }
    }
}
