namespace Fabric.Actors.Protocol;

/// <param name="Points"><c>server-1:vf3</c>, <c>server-1:phy0</c>, <c>node:underlay</c>.</param>
public sealed record CaptureRequest(IReadOnlyList<string> Points, int SnapLength = 65_535);
