namespace Fabric.Wire;

/// <summary>Why a frame ended without being delivered. The names are an interface: metrics, reports and tests use them.</summary>
public enum DropReason : byte
{
    // ---- wrong bytes
    /// <summary>Shorter than an Ethernet header, or longer than a buffer.</summary>
    MalformedFrame,

    /// <summary>Outer IP, UDP or GRE header damaged or cut short.</summary>
    MalformedOuter,
    BadOuterChecksum,

    /// <summary>Tunnel header with a wrong version, a missing I flag (RFC 7348 section 5) or a cut option.</summary>
    MalformedTunnel,

    /// <summary>GENEVE option with the critical bit that nobody here understands (RFC 8926 section 3.5).</summary>
    UnknownCriticalOption,

    // ---- isolation
    /// <summary>Outer destination is not this VTEP.</summary>
    NotForUs,

    /// <summary>No tunnel port listens for this protocol and port.</summary>
    NoTunnelPort,
    UnknownVni,

    /// <summary>The VNI is ours but this sender is no peer of it.</summary>
    UnknownPeer,

    // ---- what a VF may send and get
    /// <summary>From a VF whose source addresses are checked, with another address than its own.</summary>
    SourceSpoofed,

    /// <summary>A VF with a VLAN of its own sends no tags and gets frames of that VLAN alone.</summary>
    VfVlanRefused,

    /// <summary>Sent faster than the VF's rate, and more than may wait for it.</summary>
    VfRateExceeded,

    // ---- decisions of rules and tables
    /// <summary>The actions say drop (an empty list does too).</summary>
    Policy,
    NoSuchPort,
    PortDown,
    TtlExpired,
    MtuExceeded,
    NoRoute,
    NoNeighbour,

    /// <summary>An action that this datapath cannot execute.</summary>
    UnsupportedAction,

    /// <summary>Recirculated or resubmitted too often.</summary>
    RecursionLimit,
    TranslationFailed,

    /// <summary>Above the rate of a meter's band.</summary>
    Metered,

    /// <summary>A fragment whose packet did not become complete, or that nobody came to take.</summary>
    ReassemblyTimeout,

    // ---- full queues and missing room
    NoBuffer,
    NoHeadRoom,
    VmQueueFull,
    VfQueueFull,
    NicQueueFull,
    PcieRingFull,
    UpcallQueueFull,
    UnderlayQueueFull,

    /// <summary>More waits for a rate-limited queue of a port than it may hold.</summary>
    QosQueueFull,

    /// <summary>Received faster than the port's policing allows.</summary>
    Policed,

    // ---- the underlay
    SendFailed,

    /// <summary>Taken by injected loss, delay overflow or a cut link.</summary>
    Impaired,

    // ---- parts that went away
    /// <summary>In a queue of a part that restarted or stopped.</summary>
    PartStopped,

    // ---- guests
    /// <summary>Not addressed to this guest.</summary>
    GuestNotMine,

    /// <summary>A packet that the guest's stack cannot use: bad checksum, unknown protocol, closed port.</summary>
    GuestUnwanted,

    /// <summary>Outgoing, given up because the neighbour did not answer.</summary>
    GuestUnresolved,
}
