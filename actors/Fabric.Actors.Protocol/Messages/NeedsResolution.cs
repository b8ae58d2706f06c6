namespace Fabric.Actors.Protocol;

/// <summary>To who wanted <see cref="SendTraced"/>: ping this address first, so that the VM knows its neighbour; then ask again.</summary>
public sealed record NeedsResolution(string Vm, string Address, string Message);
