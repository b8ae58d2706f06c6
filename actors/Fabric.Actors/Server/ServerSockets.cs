namespace Fabric.Actors;

/// <summary>
/// Where a server's sockets are: in its run directory or, on a node without a data folder, within the process.
/// </summary>
internal static class ServerSockets
{
    /// <summary>To call.</summary>
    public static Remote Active(NodeServices node, string server, string name) => Of(node, server, name, isPassive: false);

    /// <summary>To listen at.</summary>
    public static Remote Passive(NodeServices node, string server, string name) => Of(node, server, name, isPassive: true);

    private static Remote Of(NodeServices node, string server, string name, bool isPassive) => node.DataFolder is { } data
        ? Remote.OfUnix(Path.Combine(RunDirectory.Make(data, server, out _), name), isPassive)
        : Remote.InMemory(node.Memory, $"{server}/{name}", isPassive);
}
