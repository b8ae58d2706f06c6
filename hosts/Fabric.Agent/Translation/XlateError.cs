namespace Fabric.Agent;

/// <summary>Why a translation gave up; its actions are then "drop" (OVS: <c>enum xlate_error</c>).</summary>
public enum XlateError
{
    None,

    /// <summary>No bridge has the port that the packet came in by.</summary>
    NoInputPort,

    /// <summary>The outer header fits no tunnel port of any bridge.</summary>
    NoTunnelPort,

    /// <summary>The bridge that a packet was to go on in is gone.</summary>
    BridgeNotFound,

    /// <summary>More than 64 resubmits to the same or an earlier table, one inside the other.</summary>
    RecursionTooDeep,

    /// <summary>More than 4,096 resubmits in all.</summary>
    TooManyResubmits,

    /// <summary>More than 64 kB pushed.</summary>
    StackTooDeep,

    /// <summary>Nobody knows (any more) what the packet was sent around for.</summary>
    NoRecirculationContext,

    /// <summary>Actions were given for a packet that has frozen ones.</summary>
    RecirculationConflict,

    /// <summary>A fourth label, or a pop under which a label is unknown.</summary>
    TooManyMplsLabels,
    InvalidTunnelMetadata,

    /// <summary>The packet cannot be given, or relieved of, this header.</summary>
    UnsupportedPacketType,

    /// <summary>Outer header says "congestion experienced", but the inner packet cannot carry it (RFC 6040 section 4.2).</summary>
    CongestionMarkLost,
}
