namespace Fabric.OpenFlow;

/// <summary>Where the number of a message stands in its header, which tells how long the header is.</summary>
internal enum MessageKind
{
    /// <summary><c>OFPT_*</c>: the type itself.</summary>
    Standard,

    /// <summary><c>NXT_*</c>: a subtype of Nicira.</summary>
    Nicira,

    /// <summary><c>ONFT_*</c>: a subtype of ONF.</summary>
    Onf,

    /// <summary><c>OFPST_*</c>, <c>OFPMP_*</c>.</summary>
    Request,
    Reply,

    /// <summary><c>NXST_*</c>.</summary>
    NiciraRequest,
    NiciraReply,

    /// <summary><c>ONFST_*</c>.</summary>
    OnfRequest,
    OnfReply,
}
