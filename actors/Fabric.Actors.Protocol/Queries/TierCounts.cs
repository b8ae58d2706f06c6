namespace Fabric.Actors.Protocol;

/// <summary>Frames answered by each tier.</summary>
public sealed record TierCounts(long L1, long L2, long L3, long Agent)
{
    public long Total => L1 + L2 + L3 + Agent;
}
