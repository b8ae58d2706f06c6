namespace Fabric.Actors.Protocol;

public sealed record FirstPing(int Sequence, long? RttUs, IReadOnlyList<TierPass> Passes);
