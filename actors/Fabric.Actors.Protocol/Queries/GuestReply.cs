namespace Fabric.Actors.Protocol;

/// <summary>A guest's interface after its request.</summary>
/// <param name="Refusals">What the NIC refused, and why; empty when it granted all.</param>
public sealed record GuestReply(string Vm, string Vf, string Mac, IReadOnlyList<string> Refusals);
