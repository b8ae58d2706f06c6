namespace Fabric.Guest;

/// <summary>What a guest saw beyond its frame account. Counts since boot.</summary>
public sealed class GuestCounters
{
    /// <summary>Frames with a wrong IPv4 header, ICMP or UDP checksum (each also dropped as unwanted).</summary>
    public long BadChecksums;

    /// <summary>Probes (echo or generator payloads) that were sent in another overlay.</summary>
    public long Misdelivered;

    public long EchoRequests;
    public long EchoReplies;
    public long UdpReceived;
    public long UdpClosedPort;

    /// <summary>Destination-unreachable messages sent and received.</summary>
    public long UnreachablesSent;
    public long UnreachablesReceived;

    public long FragmentsReceived;
    public long DatagramsReassembled;
    public long ReassemblyFailures;

    public long ResolutionsStarted;
    public long ResolutionsFailed;

    /// <summary>ARP or neighbour advertisements in which someone else claims one of our addresses.</summary>
    public long AddressConflicts;
}
