namespace Fabric.Actors.Protocol;

/// <param name="Overlay">Only this overlay's pairs; null for all overlays, and then also every pair across overlays.</param>
public sealed record PingMeshRequest(int Count = 1, string? Overlay = null, int TimeoutMs = 1000);
