namespace Fabric.Nic;

/// <summary>Counters of the exact match flow tracker. One owner writes them.</summary>
public sealed class ExactMatchCounters
{
    private readonly long[] _evictions = new long[Enum.GetValues<EvictionCause>().Length];

    /// <summary>Frames answered by a bound entry.</summary>
    public long Hits;

    /// <summary>Frames for which no entry existed.</summary>
    public long Misses;

    /// <summary>Frames that met an entry still waiting for its policy.</summary>
    public long PendingHits;

    /// <summary>Frames that met an entry whose policy had been modified or deleted.</summary>
    public long StaleHits;

    public long Inserted;

    /// <summary>Times that a policy was put into an entry, first or again.</summary>
    public long Bound;

    /// <summary>Insertions that the eviction policy refused.</summary>
    public long InsertsRefused;

    /// <summary>Times that the buckets were doubled, and the groups of them that were split for it, one at a time.</summary>
    public long Doublings;
    public long GroupsSplit;

    public long Evicted(EvictionCause cause) => _evictions[(int)cause];

    public long EvictedTotal => _evictions.Sum();

    internal void CountEviction(EvictionCause cause) => _evictions[(int)cause]++;
}
