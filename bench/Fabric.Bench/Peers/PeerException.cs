namespace Fabric.Bench;

/// <summary>A peer did not do the work it was to be compared on, so the round is void.</summary>
public sealed class PeerException(string message) : Exception(message);
