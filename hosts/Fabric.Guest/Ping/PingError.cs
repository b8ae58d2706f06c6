namespace Fabric.Guest;

/// <summary>Why an echo has no round-trip time.</summary>
public enum PingError : byte
{
    None,
    NotSent,

    /// <summary>Sent and neither answered nor given up yet.</summary>
    Waiting,
    Timeout,

    /// <summary>The next hop did not answer ARP or neighbour solicitations.</summary>
    Unresolved,
    NoRoute,

    /// <summary>A router or the destination answered with an ICMP error.</summary>
    Unreachable,

    /// <summary>Answered with other bytes than were sent.</summary>
    Corrupted,
}
