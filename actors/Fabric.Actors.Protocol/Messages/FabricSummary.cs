namespace Fabric.Actors.Protocol;

/// <param name="Topology">Null when nothing was declared.</param>
public sealed record FabricSummary(string? Topology, long Epoch, int Servers, int Vms);
