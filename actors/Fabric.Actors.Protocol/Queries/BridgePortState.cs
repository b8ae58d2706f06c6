namespace Fabric.Actors.Protocol;

/// <param name="OfPort">OpenFlow port number.</param>
/// <param name="DatapathPort">Datapath port number, or null for a port without one (patch).</param>
public sealed record BridgePortState(string Name, int OfPort, uint? DatapathPort, string Type, string Options);
