namespace Fabric.Agent;

/// <summary>Why a translation gave up; its actions are then "drop" (OVS: <c>enum xlate_error</c>).</summary>
public enum XlateError
{
    None,

    /// <summary>No bridge has the port that the packet came in by.</summary>
    NoInputPort,

    /// <summary>The outer header fits no tunnel port of any bridge.</summary>
    NoTunnelPort,

    /// <summary>More than 64 resubmits to the same or an earlier table, one inside the other.</summary>
    RecursionTooDeep,

    /// <summary>More than 4,096 resubmits in all.</summary>
    TooManyResubmits,

    /// <summary>Tagged twice already.</summary>
    TooManyVlans,
    TooManyActions,

    /// <summary>Nobody knows (any more) what the packet was sent around for.</summary>
    NoRecirculationContext,

    /// <summary>Outer header says "congestion experienced", but the inner packet cannot carry it (RFC 6040 section 4.2).</summary>
    CongestionMarkLost,
}
