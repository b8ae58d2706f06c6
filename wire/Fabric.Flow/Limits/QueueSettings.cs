namespace Fabric.Flow;

/// <summary>
/// One queue of a port (ovs-vswitchd.conf.db(5), table Queue). Rates in bits per second, sizes in bits, as in the database.
/// </summary>
public sealed record QueueSettings
{
    /// <summary>Guaranteed; 0 is none.</summary>
    public long MinRateBps { get; init; }

    /// <summary>0 is the port's rate.</summary>
    public long MaxRateBps { get; init; }

    /// <summary>Bits that may be sent at once; 0 leaves it to the shaper.</summary>
    public long BurstBits { get; init; }

    /// <summary>A smaller number is served first when queues share what none is guaranteed.</summary>
    public uint Priority { get; init; }

    /// <summary>Written into the IP header of what passes the queue; null leaves it.</summary>
    public byte? Dscp { get; init; }
}
