namespace Fabric.Wire;

/// <summary>A point of capture, one interface description block.</summary>
/// <param name="Name">Such as <c>server-1:vf3</c>; null when the file does not say.</param>
/// <param name="SnapLength">Most bytes kept of a packet; 0 is no limit.</param>
/// <param name="TicksPerSecond">Resolution of its timestamps.</param>
public sealed record PcapngInterface(string? Name, PcapngLinkType LinkType, uint SnapLength, long TicksPerSecond);
