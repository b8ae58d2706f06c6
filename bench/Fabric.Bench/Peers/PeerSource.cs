namespace Fabric.Bench;

/// <summary>A peer that may or may not be installed.</summary>
/// <param name="Name">As its makers write it, with its version where known.</param>
/// <param name="WhyMissing">What to install or be; null if it can run.</param>
/// <param name="Start">Starts it for a share of the full work.</param>
public sealed record PeerSource(string Name, string? WhyMissing, Func<double, IPeer> Start);
