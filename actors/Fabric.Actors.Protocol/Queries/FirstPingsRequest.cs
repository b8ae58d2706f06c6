namespace Fabric.Actors.Protocol;

/// <summary>Pings <paramref name="Count"/> times between two VMs on a flow that no cache knows yet.</summary>
public sealed record FirstPingsRequest(string Source, string Destination, int Count = 4);
