namespace Fabric.Actors.Protocol;

/// <param name="Resolution">The ARP or ND exchange that preceded the first echo; empty when the address was known.</param>
public sealed record FirstPingsReply(string Source, string Destination, IReadOnlyList<TierPass> Resolution, IReadOnlyList<FirstPing> Pings);
