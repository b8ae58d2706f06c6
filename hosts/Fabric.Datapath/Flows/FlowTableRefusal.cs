namespace Fabric.Datapath;

/// <summary>Why a flow was not put into a <see cref="MaskedFlowTable{T}"/>.</summary>
public enum FlowTableRefusal : byte
{
    None,

    /// <summary>As many flows as the table may hold.</summary>
    FlowLimit,

    /// <summary>The flow needs one mask more than the table may have.</summary>
    MaskLimit,

    /// <summary>Another flow has the same masked key and mask.</summary>
    SameMatch,

    /// <summary>Another flow has the same identifier.</summary>
    SameUfid,
}
