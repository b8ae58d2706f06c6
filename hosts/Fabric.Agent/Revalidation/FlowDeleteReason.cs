namespace Fabric.Agent;

/// <summary>Why a flow leaves the datapath (OVS: <c>enum flow_del_reason</c> of upcall.c).</summary>
public enum FlowDeleteReason
{
    /// <summary>The translation must not be cached.</summary>
    AvoidCaching,

    /// <summary>The datapath's mask is wider than today's translation allows.</summary>
    NeedsNarrowerMask,
    Idle,
    FlowLimit,
    BadFit,
    NoBridge,

    /// <summary>Asked for by the operator (<c>revalidator/purge</c>).</summary>
    Purge,

    /// <summary>Too few packets to be worth a translation while sweeps are slow.</summary>
    TooExpensive,
    UpdateFailed,
    TranslationError,
    MissingInDatapath,
}
