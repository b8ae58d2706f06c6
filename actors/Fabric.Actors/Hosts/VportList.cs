using Fabric.Flow;

namespace Fabric.Actors;

/// <summary>To an agent that has started: the ports that the datapath has, by name.</summary>
public sealed record VportList(IReadOnlyList<(string Name, OdpPort Number, bool IsAdminUp)> Ports);
