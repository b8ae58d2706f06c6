namespace Fabric.Actors.Protocol;

public sealed record BridgeState(string Server, string Name, string DatapathId, IReadOnlyList<BridgePortState> Ports, int Rules, int Macs);
