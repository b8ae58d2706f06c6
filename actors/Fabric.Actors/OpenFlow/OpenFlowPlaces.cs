namespace Fabric.Actors;

/// <summary>Where a switch's own sockets are.</summary>
/// <param name="RunDirectory">What relative socket paths of controllers are relative to.</param>
/// <param name="Passive">Where to listen under a name such as <c>br-int.mgmt</c>.</param>
internal sealed record OpenFlowPlaces(string RunDirectory, Func<string, Remote> Passive)
{
    public static OpenFlowPlaces Of(NodeServices node, string server) => new(
        node.DataFolder is { } data ? Fabric.Actors.RunDirectory.Make(data, server, out _) : ".",
        name => ServerSockets.Passive(node, server, name));

    public static OpenFlowPlaces Of(string runDirectory)
    {
        var full = Path.GetFullPath(runDirectory);
        return new OpenFlowPlaces(full, name => Remote.OfUnix(Path.Combine(full, name), isPassive: true));
    }
}
