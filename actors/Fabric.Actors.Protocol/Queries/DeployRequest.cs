namespace Fabric.Actors.Protocol;

/// <param name="TopologyJson">The validated topology in its canonical JSON form.</param>
/// <param name="Fresh">Forget the journalled topology, whatever its name.</param>
public sealed record DeployRequest(string TopologyJson, bool Fresh);
