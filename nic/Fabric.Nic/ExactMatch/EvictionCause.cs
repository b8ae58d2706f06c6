namespace Fabric.Nic;

/// <summary>Why an entry left the exact match flow tracker. The names are an interface: metrics and reports use them.</summary>
public enum EvictionCause : byte
{
    /// <summary>The configured capacity was reached and the eviction policy chose this entry.</summary>
    Capacity,

    /// <summary>All buckets that the new key could go to were full (colliding keys).</summary>
    BucketFull,

    /// <summary>Room was needed, and its TCP connection had ended: it went before any that the policy would have chosen.</summary>
    Ended,

    /// <summary>Too many entries without a policy; the oldest one went.</summary>
    PendingLimit,

    /// <summary>No policy became known in time.</summary>
    PendingAged,

    /// <summary>Not used for the idle time-out.</summary>
    Idle,

    /// <summary>Its policy was modified or deleted, and no frame came to bind it anew.</summary>
    Stale,

    /// <summary>The whole table was emptied: reset or flush.</summary>
    Flushed,

    /// <summary>Asked for from outside (fault injection).</summary>
    Command,
}
