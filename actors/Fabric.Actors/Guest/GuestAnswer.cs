namespace Fabric.Actors;

/// <summary>What the NIC says to a guest.</summary>
/// <param name="HasMac">The address asked for is the VF's now.</param>
/// <param name="Refusals">Of what was refused, for a person to read.</param>
public sealed record GuestAnswer(GuestRequest Request, bool HasMac, IReadOnlyList<string> Refusals);
